using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LaiChau.Contracts;
using LaiChau.ServiceDefaults.Messaging;
using MassTransit;

namespace LaiChau.Architecture.Tests;

public sealed partial class MessageTests
{
    public static TheoryData<Type> Messages =>
        [.. typeof(IMessage).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IMessage)))];

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_is_a_sealed_record_with_its_name_and_version_written_out(Type message)
    {
        Assert.True(message.IsSealed);
        Assert.NotNull(message.GetMethod("<Clone>$"));
        var urn = message.GetCustomAttribute<MessageUrnAttribute>()!.Urn.ToString();
        Assert.Matches(Urn(), urn);
        Assert.Equal(urn.Replace(':', '.'), message.GetCustomAttribute<EntityNameAttribute>()!.EntityName);
        Assert.Contains(message.GetProperties(), p => p.IsDefined(typeof(RequiredMemberAttribute)));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_has_somebody_who_takes_it(Type message) =>
        // Publishes are mandatory: what nobody takes would be parked.
        Assert.Contains(Tree.Types, t => t.IsAssignableTo(typeof(IHandle<>).MakeGenericType(message)));

    [GeneratedRegex("^laichau:[a-z]+:[a-z-]+:v[0-9]+$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Urn();
}

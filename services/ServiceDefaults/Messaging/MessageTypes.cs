using System.Reflection;
using LaiChau.Contracts;
using MassTransit;

namespace LaiChau.ServiceDefaults.Messaging;

/// <summary>Message types by their written-out URN, so that a renamed class never orphans a stored message.</summary>
internal static class MessageTypes
{
    private static readonly Dictionary<string, Type> ByUrn = typeof(IMessage)
        .Assembly.GetTypes()
        .Where(t => t is { IsClass: true } && t.IsAssignableTo(typeof(IMessage)))
        .ToDictionary(UrnOf);

    public static string UrnOf(Type type) =>
        type.GetCustomAttribute<MessageUrnAttribute>()?.Urn.ToString()
        ?? throw new InvalidOperationException($"{type} carries no MessageUrn.");

    public static Type? Find(string urn) => ByUrn.GetValueOrDefault(urn);

    /// <summary>The speaking service: <c>catalog</c> of <c>laichau:catalog:release-published:v1</c>.</summary>
    public static string SourceOf(string urn) => urn.Split(':')[^3];
}

namespace LaiChau.ServiceDefaults.Data.People;

/// <summary>What somebody was called, beside the id that says who: erased with the person (<see cref="ForgetPerson"/>), and the id stays.</summary>
/// <param name="id">The property that holds the id.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NameOfAttribute(string id) : Attribute
{
    public string Id { get; } = id;
}

namespace LaiChau.ServiceDefaults.Data.Audit;

/// <summary>Every change of such a row is written into the audit trail, in its own transaction.</summary>
/// <param name="entity">What people call it: <c>point</c>, <c>release</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AuditedAttribute(string entity) : Attribute
{
    public string Entity { get; } = entity;
}

/// <summary>On an entity: no person changes it, and why not. On a property of an audited one: machines change it by themselves.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
public sealed class NotAuditedAttribute(string because) : Attribute
{
    public string Because { get; } = because;
}

/// <summary>The trail says that it changed, and never what it is: a password's or a code's hash.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute : Attribute;

/// <summary>Of a person: kept beside the trail, which holds its digest only, so that it can be erased and the trail stays whole.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PersonalAttribute : Attribute;

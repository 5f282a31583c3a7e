using Microsoft.AspNetCore.Http.Metadata;

namespace LaiChau.Catalog;

/// <summary>The largest body that a route takes, in bytes.</summary>
internal sealed record BodyLimit(long? MaxRequestBodySize) : IRequestSizeLimitMetadata;

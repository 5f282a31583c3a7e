using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace LaiChau.ServiceDefaults.Http;

/// <summary>An answer whose version is its entity tag.</summary>
public interface IVersioned
{
    long Version { get; }
}

/// <summary>Optimistic locking over HTTP: <c>ETag</c> tells the version that was read, <c>If-Match</c> the one that is meant.</summary>
public static class ETags
{
    /// <summary>Every <see cref="IVersioned"/> answer of these routes bears its <c>ETag</c>.</summary>
    public static TBuilder WithETags<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder =>
        routes.AddEndpointFilter(
            async (context, next) =>
            {
                var result = await next(context);
                var answer = result is INestedHttpResult nested ? nested.Result : result as IResult;
                if (answer is IValueHttpResult { Value: IVersioned versioned })
                {
                    context.HttpContext.Response.Headers.ETag = Of(versioned.Version);
                }
                return result;
            }
        );

    public static string Of(long version) => $"\"{version}\"";

    /// <summary>False when the request means another version. One that names none means whatever is there.</summary>
    public static bool Means(this HttpRequest request, long version)
    {
        if (request.Headers.IfMatch.Count == 0)
        {
            return true;
        }
        var current = new EntityTagHeaderValue(Of(version));
        return request
            .GetTypedHeaders()
            .IfMatch.Any(tag =>
                tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)
            );
    }
}

using LaiChau.OpsConsole.Api;
using LaiChau.OpsConsole.Shell;

namespace LaiChau.OpsConsole.SignIn;

/// <summary>Pages of which the API would refuse the half: everybody else is told so at once.</summary>
internal sealed class AdministratorsOnly(Viewer viewer) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        viewer.MayAdminister ? await next(context) : Show.Trouble(new ApiProblem(Fault.Forbidden, ""));
}

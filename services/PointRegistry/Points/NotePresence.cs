using LaiChau.Contracts.Telemetry;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>Telemetry misses a point.</summary>
internal sealed class NotePointSilent(PointRegistryDb db) : IHandle<PointSilent>
{
    public Task Handle(PointSilent message, CancellationToken ct) =>
        db
            .Points.Where(p => p.Id == message.PointId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SilentSince, message.LastContactAt), ct);
}

/// <summary>Telemetry hears a point again.</summary>
internal sealed class NotePointBack(PointRegistryDb db) : IHandle<PointBack>
{
    public Task Handle(PointBack message, CancellationToken ct) =>
        db
            .Points.Where(p => p.Id == message.PointId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SilentSince, (DateTimeOffset?)null), ct);
}

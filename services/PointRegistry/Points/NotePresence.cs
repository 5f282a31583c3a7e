using LaiChau.Contracts.Telemetry;
using LaiChau.PointRegistry.Cases;
using LaiChau.ServiceDefaults.Messaging;
using Microsoft.EntityFrameworkCore;

namespace LaiChau.PointRegistry.Points;

/// <summary>Telemetry misses a point.</summary>
internal sealed class NotePointSilent(PointRegistryDb db, TimeProvider time) : IHandle<PointSilent>
{
    public async Task Handle(PointSilent message, CancellationToken ct)
    {
        await db
            .Points.Where(p => p.Id == message.PointId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SilentSince, message.LastContactAt), ct);
        await FollowSilence.Raise(db, message.PointId, message.LastContactAt, time, ct);
    }
}

/// <summary>Telemetry hears a point again.</summary>
internal sealed class NotePointBack(PointRegistryDb db, TimeProvider time) : IHandle<PointBack>
{
    public async Task Handle(PointBack message, CancellationToken ct)
    {
        await db
            .Points.Where(p => p.Id == message.PointId)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.SilentSince, (DateTimeOffset?)null), ct);
        await FollowSilence.Note(db, message.PointId, message.ContactAt, time, ct);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using LaiChau.PointAgent.Desk;
using LaiChau.PointAgent.Identity;
using LaiChau.PointAgent.Library;
using LaiChau.PointAgent.Neighbours;
using LaiChau.PointAgent.Pull;
using LaiChau.PointAgent.Sticks;
using LaiChau.PointAgent.Telemetry;

namespace LaiChau.PointAgent;

/// <summary>Every shape of JSON this program reads or writes, written out at build time: it runs without reflection.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Uri))]
[JsonSerializable(typeof(PointIdentity))]
[JsonSerializable(typeof(PendingCode))]
[JsonSerializable(typeof(EnrolmentRequest))]
[JsonSerializable(typeof(AssertionClaims))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(TokenService))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(Release))]
[JsonSerializable(typeof(KnownTime))]
[JsonSerializable(typeof(Contact))]
[JsonSerializable(typeof(ScrubResult))]
[JsonSerializable(typeof(Dictionary<Guid, DateTimeOffset>))]
[JsonSerializable(typeof(StickReport))]
[JsonSerializable(typeof(HoldingsQuestion))]
[JsonSerializable(typeof(HoldingsAnswer))]
[JsonSerializable(typeof(KnownProfile))]
[JsonSerializable(typeof(DeskEntry))]
[JsonSerializable(typeof(PointEvent))]
[JsonSerializable(typeof(EventBatch))]
[JsonSerializable(typeof(EventsAnswer))]
[JsonSerializable(typeof(SignedEvents))]
internal sealed partial class AgentJson : JsonSerializerContext;

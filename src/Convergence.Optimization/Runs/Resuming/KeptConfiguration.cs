using System.Text.Json.Nodes;

namespace Convergence.Optimization.Runs.Resuming;

/// <summary>A configuration that a run called, as its journal has it.</summary>
/// <param name="Id">0-based, in the order of asking.</param>
/// <param name="Generation">1-based.</param>
/// <param name="Origin">Who proposed it.</param>
/// <param name="IsGivenUp">Whether it was given up before it met all cases.</param>
/// <param name="IsCut">Whether the run ended before it met all cases.</param>
/// <param name="Parameters">The configuration.</param>
internal sealed record KeptConfiguration(int Id, int Generation, string Origin, bool IsGivenUp, bool IsCut, JsonObject Parameters);

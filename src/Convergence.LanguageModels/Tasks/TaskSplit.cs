namespace Convergence.LanguageModels.Tasks;

/// <summary>
/// A seeded part of a data file's examples: all are shuffled by the task's seed, and this part holds those whose place, as a
/// share of all, lies in [Start, End). Parts that do not overlap share no example.
/// </summary>
/// <param name="Name">For example <c>test</c>.</param>
/// <param name="Start">In [0, 1).</param>
/// <param name="End">In (Start, 1].</param>
public sealed record TaskSplit(string Name, double Start, double End);

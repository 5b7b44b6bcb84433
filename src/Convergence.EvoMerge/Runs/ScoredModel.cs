using System.Collections.Immutable;
using Convergence.EvoMerge.Results;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Runs;

/// <summary>A model with its results, example by example.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="Role">What it is in the run.</param>
/// <param name="Results">A result for every task, in one order for all models.</param>
/// <param name="Cost">What its shape costs; <see langword="null"/> when that does not count.</param>
internal sealed record ScoredModel(string Name, ContestantRole Role, ImmutableArray<TaskResult> Results, Fitness.ShapeCost? Cost);

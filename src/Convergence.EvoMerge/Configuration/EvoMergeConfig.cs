using System.Collections.Immutable;
using Convergence.Tensors.Devices;

namespace Convergence.EvoMerge.Configuration;

/// <summary>
/// Everything an evolution run needs, validated: made by <see cref="EvoMergeConfigReader"/>. A key of the file is the property's
/// name in snake case unless said otherwise.
/// </summary>
public sealed record EvoMergeConfig
{
    /// <summary>The file that the configuration was read from, for error messages.</summary>
    public required string SourceName { get; init; }

    /// <summary>The job's name: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>. Default: the file's name without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>The run's seed. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The base model's directory, absolute; <see langword="null"/> when there is none. Needed by ties, dare and dfs.</summary>
    public string? Base { get; init; }

    /// <summary>The specialists' directories, absolute; 2 to 16. From <c>models</c>, or from the file that <c>phase1</c> names.</summary>
    public required ImmutableArray<string> Models { get; init; }

    /// <summary>
    /// The specialists' names for reports, in the order of <see cref="Models"/>: from <c>specializations</c> of the <c>phase1</c> file,
    /// else the directories' names.
    /// </summary>
    public required ImmutableArray<string> Specializations { get; init; }

    /// <summary>The tasks by split. Key <c>tasks</c>, with <c>search</c>, <c>validation</c> and <c>test</c>.</summary>
    public required TaskSplits Tasks { get; init; }

    /// <summary>The directory that the run writes, absolute; it must not exist. Default <c>runs/NAME</c>.</summary>
    public required string Out { get; init; }

    /// <summary>The directory of checkpoints and of the evaluation log, absolute. Default <c>checkpoints/NAME</c>.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>Generations, in [1, 100 000]. Default 50.</summary>
    public int Generations { get; init; } = 50;

    /// <summary>Members of a generation, in [2, 10 000]. Default 8.</summary>
    public int PopulationSize { get; init; } = 8;

    /// <summary>Members that survive unchanged, in [0, population_size - 1]. Default 2.</summary>
    public int EliteSize { get; init; } = 2;

    /// <summary>Contestants of a tournament, in [1, population_size]. Default 3.</summary>
    public int TournamentSize { get; init; } = 3;

    /// <summary>Probability that a gene mutates, in [0, 1]. Default 0.1.</summary>
    public double MutationRate { get; init; } = 0.1;

    /// <summary>Standard deviation of a mutation as a share of the gene's range, in (0, 1]. Default 0.05.</summary>
    public double MutationStrength { get; init; } = 0.05;

    /// <summary>Probability that a child has two parents, in [0, 1]. Default 0.7.</summary>
    public double CrossoverRate { get; init; } = 0.7;

    /// <summary>Whether the mutation strength adapts to its success. Default on.</summary>
    public bool AdaptiveMutation { get; init; } = true;

    /// <summary>Whether a Thompson bandit chooses the techniques of newcomers. Default on.</summary>
    public bool TechniqueBandit { get; init; } = true;

    /// <summary>
    /// Whether a model of the fitness, fitted to what was evaluated, improves children before they are evaluated. Default on.
    /// </summary>
    public bool ModelAssistance { get; init; } = true;

    /// <summary>The techniques that genomes may use, distinct, at least one, in the order of the file. Default all six.</summary>
    public ImmutableArray<MergeTechnique> Techniques { get; init; } = [.. Enum.GetValues<MergeTechnique>()];

    /// <summary>What each objective counts for.</summary>
    public FitnessWeights FitnessWeights { get; init; } = new();

    /// <summary>A rise of the best fitness below this is no progress, at least 0. Default 0.001.</summary>
    public double ConvergenceThreshold { get; init; } = 0.001;

    /// <summary>Generations without progress after which a run has converged, in [1, 100 000]. Default 5.</summary>
    public int ConvergencePatience { get; init; } = 5;

    /// <summary>Whether a converged run ends before its last generation. Default on.</summary>
    public bool EarlyStopping { get; init; } = true;

    /// <summary>How much selection prefers the unusual over the fit, in [0, 1]. Default 0.3.</summary>
    public double DiversityWeight { get; init; } = 0.3;

    /// <summary>The mean pairwise distance below which immigrants come, in [0, 1]. Default 0.2.</summary>
    public double MinDiversity { get; init; } = 0.2;

    /// <summary>
    /// Whether candidates are evaluated side by side, each on its share of the processors. Off: one after the other, each on all
    /// of them. Results do not depend on it. Default on.
    /// </summary>
    public bool EnableParallel { get; init; } = true;

    /// <summary>Candidates evaluated at a time, in [1, 256]; no more than processors or members of a generation are
    /// used. Each holds a model of its own in memory. Default: the processors.</summary>
    public int NumWorkers { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether a candidate that was scored before takes its scores from the cache. Default on.</summary>
    public bool EnableCaching { get; init; } = true;

    /// <summary>Where to compute. Default auto: the first GPU that can be used, else the CPU.</summary>
    public DeviceRequest Device { get; init; } = DeviceRequest.Auto;

    /// <summary>In what candidates are kept and multiplied. Default true: as their parents are stored, and on a GPU in bfloat16.</summary>
    public MixedPrecision MixedPrecision { get; init; } = MixedPrecision.True;

    /// <summary>Generations between checkpoints, in [1, 100 000]. Default 10.</summary>
    public int CheckpointInterval { get; init; } = 10;

    /// <summary>How many of the newest checkpoints are kept besides the best, in [1, 1 000]. Default 3.</summary>
    public int CheckpointKeep { get; init; } = 3;

    /// <summary>How speed and memory are found. Default measured.</summary>
    public SpeedMeasure Speed { get; init; } = SpeedMeasure.Measured;

    /// <summary>Where the run stops at the latest. Default: no limit.</summary>
    public RunBudget Budget { get; init; } = new();

    /// <summary>
    /// Points of the gradient that a per-model weight has over the depth, in [1, 16]; a layer's weight is interpolated between them.
    /// Default 3.
    /// </summary>
    public int LayerGroups { get; init; } = 3;

    /// <summary>
    /// The fewest layers a frankenmerge may have, at least 1; <see langword="null"/> (default): as many as its parents. Key
    /// <c>layers.min</c>.
    /// </summary>
    public int? MinLayers { get; init; }

    /// <summary>
    /// The most layers a frankenmerge may have, at most 1 000; <see langword="null"/> (default): as many as its parents. Key
    /// <c>layers.max</c>.
    /// </summary>
    public int? MaxLayers { get; init; }

    /// <summary>How many of the best candidates of the search are ranked again on the validation split, in [1, 100]. Default 5.</summary>
    public int Finalists { get; init; } = 5;

    /// <summary>
    /// Tokens that go through a model together, in [16, 1 048 576]. It changes speed and memory, not scores. Default 2048.
    /// </summary>
    public int BatchTokens { get; init; } = 2_048;
}

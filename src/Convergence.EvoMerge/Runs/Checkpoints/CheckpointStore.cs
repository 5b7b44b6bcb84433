using System.Collections.Immutable;
using System.Globalization;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>
/// The checkpoint directory of a run: <c>generation_0010.json</c> and so on, of which the newest are kept by number, and <c>best.json</c>,
/// the checkpoint at which the best fitness last rose.
/// </summary>
/// <param name="directory">The directory; made when it is first written.</param>
/// <param name="keep">How many numbered checkpoints are kept, at least 1.</param>
public sealed class CheckpointStore(string directory, int keep)
{
    /// <summary>What <c>--resume</c> calls the newest checkpoint.</summary>
    public const string Latest = "latest";

    private const string Prefix = "generation_";
    private const string Suffix = ".json";

    private double _bestFitness = double.NegativeInfinity;

    public string Directory { get; } = directory;

    public string BestPath => Path.Combine(Directory, "best.json");

    public string PathOf(int generation) =>
        Path.Combine(Directory, Prefix + generation.ToString("0000", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>The numbered checkpoints, oldest first.</summary>
    /// <exception cref="ConvergenceException">The directory may not be read.</exception>
    public IReadOnlyList<int> Generations()
    {
        try
        {
            return System.IO.Directory.Exists(Directory)
                ? [.. System.IO.Directory.EnumerateFiles(Directory, Prefix + "*" + Suffix).Select(NumberOf).OfType<int>().Order()]
                : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConvergenceException(
                $"{Directory}: cannot be read: {exception.Message} Allow it to be read and written, "
                + "or set another 'checkpoints' (--checkpoints DIR).", exception);
        }
    }

    /// <summary>Writes a checkpoint, removes those that are too old, and renews the best one.</summary>
    /// <returns>Its path.</returns>
    public string Write(Checkpoint checkpoint)
    {
        System.IO.Directory.CreateDirectory(Directory);
        var path = PathOf(checkpoint.Generation);
        CheckpointFile.Write(path, checkpoint);
        if (checkpoint.Search.Best?.Fitness is { } best && best > _bestFitness)
        {
            CheckpointFile.Write(BestPath, checkpoint);
            _bestFitness = best;
        }

        foreach (var generation in Generations().SkipLast(keep).Where(generation => generation != checkpoint.Generation))
        {
            File.Delete(PathOf(generation));
        }

        return path;
    }

    /// <summary>Finds the checkpoint that somebody means.</summary>
    /// <param name="resume">A file, or <see cref="Latest"/>.</param>
    /// <exception cref="ResumeException">There is none.</exception>
    public string Resolve(string resume)
    {
        if (resume == Latest)
        {
            return Generations() is [.., var newest]
                ? PathOf(newest)
                : throw new ResumeException(
                    $"{Directory}: holds no checkpoint. Start the run without resuming, or name a checkpoint file.");
        }

        return File.Exists(resume)
            ? Path.GetFullPath(resume)
            : throw new ResumeException($"{resume}: there is no such checkpoint. {Available()}");
    }

    /// <summary>
    /// Takes over a directory that a resumed run left, so that its best checkpoint gives way only to a better one. Later checkpoints than
    /// the one resumed from stay: a resumed run is the same run, and comes by them again.
    /// </summary>
    /// <param name="resumed">The checkpoint that the run goes on from.</param>
    /// <exception cref="ResumeException">
    /// The directory holds a checkpoint of another job, or of another run of this one, which this run would mix with and delete.
    /// </exception>
    public void TakeOver(Checkpoint resumed)
    {
        foreach (var path in Generations().Select(PathOf).Append(BestPath))
        {
            if (ReadIfSound(path) is not { } checkpoint)
            {
                continue;
            }

            RefuseToMix(path, "job than the one", checkpoint.Job.DifferencesTo(resumed.Job));
            RefuseToMix(path, "run of this job than the one", checkpoint.ContradictionsTo(resumed));

            if (path == BestPath)
            {
                _bestFitness = checkpoint.Search.Best?.Fitness ?? double.NegativeInfinity;
            }
        }
    }

    /// <summary>Refuses a fresh run where an earlier one lies. What it left is told at once, not one part after the other.</summary>
    /// <param name="output">The run's output directory.</param>
    /// <exception cref="ResumeException">The directory holds checkpoints already: a fresh run would mix with them.</exception>
    public void RefuseEarlierRun(string output)
    {
        if (Generations().Count == 0)
        {
            return;
        }

        throw new ResumeException(System.IO.Directory.Exists(output)
            ? $"{output}: already exists and is not overwritten, and {Directory} holds the checkpoints of an earlier run. "
                + "Run it afresh beside them by --name NAME "
                + "(by --out DIR and --checkpoints DIR where the job sets 'out' and 'checkpoints'), or remove both. "
                + "Go on with the earlier run by --resume latest and another --out."
            : $"{Directory}: holds the checkpoints of an earlier run. Go on with it by --resume latest, or remove the directory, "
                + "or give a fresh run another one by --checkpoints DIR.");
    }

    private static void RefuseToMix(string path, string other, ImmutableArray<string> differences)
    {
        if (differences.Length > 0)
        {
            throw new ResumeException(
                $"{path}: is a checkpoint of another {other} to go on with: {string.Join("; ", differences)}. "
                + "The two would overwrite each other. "
                + "Give this run a directory of its own by --checkpoints DIR, or remove what lies there.");
        }
    }

    private string Available() => Generations() switch
    {
        [] => $"{Directory} holds none.",
        var generations => $"{Directory} has generations {string.Join(", ", generations)}; 'latest' means the last of them.",
    };

    /// <summary>A damaged file tells nothing, and is replaced in time.</summary>
    private static Checkpoint? ReadIfSound(string path)
    {
        try
        {
            return File.Exists(path) ? CheckpointFile.Read(path) : null;
        }
        catch (ConvergenceException)
        {
            return null;
        }
    }

    private static int? NumberOf(string path)
    {
        var name = Path.GetFileName(path)[Prefix.Length..^Suffix.Length];
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }
}

using System.Collections.Immutable;
using System.Globalization;
using Convergence.EvoMerge.Genomes;
using Convergence.LanguageModels.Tasks;

namespace Convergence.EvoMerge.Runs.Checkpoints;

/// <summary>
/// Whether a checkpoint that reads well also makes sense. A checksum tells damage from content, but anybody can compute one: what a run
/// goes on from must not contradict itself, nor the job that goes on.
/// </summary>
public static class CheckpointContent
{
    /// <summary>Refuses a checkpoint that contradicts itself.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="checkpoint">Its content.</param>
    /// <exception cref="ResumeException">Naming the field, its value and what it must be.</exception>
    public static void Require(string path, Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Refuse(
            path, CheckpointRanges.Problems(checkpoint).Concat(History(checkpoint)).Concat(Search(checkpoint)).Concat(Finalists(checkpoint))
                .Concat(Scores(checkpoint)));
    }

    /// <summary>Refuses a checkpoint that this job's search cannot have made.</summary>
    /// <exception cref="ResumeException">Naming the field, its value and what it must be.</exception>
    internal static void RequireFit(string path, Checkpoint checkpoint, RunSetup setup) =>
        Refuse(path, Sizes(checkpoint, setup).Concat(Tasks(checkpoint, setup))
            .Concat(Genomes(checkpoint).SelectMany(genome => Misfits(genome.Field, genome.Genome, setup.Space))));

    private static void Refuse(string path, IEnumerable<string> problems)
    {
        if (problems.FirstOrDefault() is { } problem)
        {
            throw new ResumeException(
                $"{path}: {problem}. The file was changed, or is not one of this program's. Resume from an older checkpoint of the run.");
        }
    }

    private static IEnumerable<string> History(Checkpoint checkpoint)
    {
        var history = checkpoint.History;
        if (history.Length != checkpoint.Generation)
        {
            yield return $"history has {history.Length} records, but search.generation is {checkpoint.Generation}; "
                + "there is one a generation";
        }

        for (var index = 0; index < history.Length; index++)
        {
            if (history[index].Summary.Generation != index)
            {
                yield return $"history[{index}].summary.generation is {history[index].Summary.Generation}, not {index}";
            }
        }

        if (!history.IsEmpty && history[^1].Summary.BestFitness != checkpoint.Search.Best?.Fitness)
        {
            yield return Say($"history[{history.Length - 1}].summary.best_fitness is {Said(history[^1].Summary.BestFitness)}, ")
                + $"but search.best has fitness {Said(checkpoint.Search.Best?.Fitness)}";
        }

        var evaluations = history.Sum(record => (long)record.EvaluationCount);
        if (evaluations != checkpoint.EvaluationCount)
        {
            yield return $"evaluation_count is {checkpoint.EvaluationCount}, but the records of history count {evaluations}";
        }

        var hits = history.Sum(record => (long)record.CacheHitCount);
        if (hits != checkpoint.CacheHitCount)
        {
            yield return $"cache_hit_count is {checkpoint.CacheHitCount}, but the records of history count {hits}";
        }
    }

    private static IEnumerable<string> Search(Checkpoint checkpoint)
    {
        var search = checkpoint.Search;
        if (search.Random is { S0: 0, S1: 0, S2: 0, S3: 0 })
        {
            yield return "search.random is all 0, from which no random number comes";
        }

        if (search.PendingBatch.FirstOrDefault(candidate => !Enum.IsDefined(candidate.Origin)) is { } lost)
        {
            yield return $"search.pending_batch has a candidate of origin {lost.Origin}, which is none";
        }

        for (var index = 1; index < search.Population.Length; index++)
        {
            if (Rank(search.Population[index].Fitness) > Rank(search.Population[index - 1].Fitness))
            {
                yield return Say($"search.population[{index}].fitness is {search.Population[index].Fitness}, ")
                    + "more than its predecessor's; the best comes first";
            }
        }

        foreach (var (field, members) in ((string, ImmutableArray<Evolution.Search.Individual<MergeGenome>>)[])
            [("population", search.Population), ("archive", search.Archive), ("best", search.Best is { } best ? [best] : [])])
        {
            if (members.FirstOrDefault(member => member.Generation < 0 || member.Generation >= checkpoint.Generation) is { } early)
            {
                yield return $"search.{field} has a member of generation {early.Generation}, "
                    + $"but {checkpoint.Generation} generations are done";
            }
        }
    }

    private static IEnumerable<string> Finalists(Checkpoint checkpoint)
    {
        var (finalists, best) = (checkpoint.Finalists, checkpoint.Search.Best?.Fitness);
        if (finalists.IsEmpty ? best is not null : finalists[0].Fitness != best)
        {
            yield return $"finalists begins with {(finalists.IsEmpty ? "nothing" : Say($"fitness {finalists[0].Fitness}"))}, "
                + $"but search.best has fitness {Said(best)}";
        }

        for (var index = 1; index < finalists.Length; index++)
        {
            if (finalists[index].Fitness > finalists[index - 1].Fitness)
            {
                yield return Say(
                    $"finalists[{index}].fitness is {finalists[index].Fitness}, more than its predecessor's; the best comes first");
            }
        }
    }

    private static IEnumerable<string> Scores(Checkpoint checkpoint)
    {
        foreach (var score in checkpoint.Scores)
        {
            if (score.Failure is null && score.Tasks.IsEmpty)
            {
                yield return $"scores: {score.Key} has neither tasks nor a failure";
            }

            if (score.Failure is not null && !score.Tasks.IsEmpty)
            {
                yield return $"scores: {score.Key} has both tasks and a failure";
            }
        }

        foreach (var (field, names) in ((string, IEnumerable<string>)[])
            [("scores", checkpoint.Scores.Select(score => score.Key)), ("costs", checkpoint.Costs.Select(cost => cost.Shape))])
        {
            if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twins)
            {
                yield return $"{field}: {twins.Key} is there {twins.Count()} times";
            }
        }

        foreach (var cost in checkpoint.Costs)
        {
            if (cost.Cost.TokensPerSecond <= 0 || cost.Cost.PeakBytes <= 0)
            {
                yield return Say($"costs: {cost.Shape} has {cost.Cost.TokensPerSecond} tokens a second and {cost.Cost.PeakBytes} bytes; ")
                    + "both are above 0";
            }
        }
    }

    private static IEnumerable<string> Sizes(Checkpoint checkpoint, RunSetup setup)
    {
        var (config, search) = (setup.Config, checkpoint.Search);
        var members = checkpoint.Generation == 0 ? 0 : config.PopulationSize;
        if (search.Population.Length != members)
        {
            yield return $"search.population has {search.Population.Length} members after {checkpoint.Generation} "
                + $"generations, not {members}";
        }

        foreach (var (field, counts) in ((string, ImmutableArray<double>)[])
            [("kind_successes", search.KindSuccesses), ("kind_failures", search.KindFailures)])
        {
            if (counts.Length != setup.Space.KindCount)
            {
                yield return $"search.{field} has {counts.Length} numbers; the job has {setup.Space.KindCount} techniques";
            }
        }

        var elites = Math.Min(config.EliteSize, search.Population.Count(member => member.Fitness is not null));
        if (search.PendingBatch.Length != 0 && search.PendingBatch.Length != config.PopulationSize - elites)
        {
            yield return $"search.pending_batch has {search.PendingBatch.Length} candidates, not {config.PopulationSize - elites}";
        }

        if (checkpoint.Finalists.Length > config.Finalists)
        {
            yield return $"finalists has {checkpoint.Finalists.Length} candidates, but the job keeps {config.Finalists}";
        }
    }

    /// <summary>A score under another task's name would count for nothing, or for something else.</summary>
    private static IEnumerable<string> Tasks(Checkpoint checkpoint, RunSetup setup)
    {
        var expected = setup.Search.Tasks.Select(task => (task.Task.Name, task.Task.Metric)).ToList();
        for (var index = 0; index < checkpoint.Scores.Length; index++)
        {
            var (place, tasks) = ($"scores[{index}].tasks", checkpoint.Scores[index].Tasks);
            if (!tasks.IsEmpty && !tasks.Select(task => (task.Task, task.Metric)).SequenceEqual(expected))
            {
                yield return $"{place} is {string.Join(", ", tasks.Select(task => $"{task.Task} ({task.Metric})"))}, "
                    + $"but the search tasks are {string.Join(", ", expected.Select(task => $"{task.Name} ({task.Metric})"))}";
            }

            if (tasks.FirstOrDefault(task => task.Metric != TaskMetrics.Perplexity && task.Value > 1) is { } beyond)
            {
                yield return Say($"{place} has {beyond.Metric} {beyond.Value}, outside [0, 1]");
            }
        }

        for (var index = 0; index < checkpoint.History.Length; index++)
        {
            if (checkpoint.History[index].Summary.KindCounts is var counts && counts.Length != setup.Space.KindCount)
            {
                yield return $"history[{index}].summary.kind_counts has {counts.Length} numbers; "
                    + $"the job has {setup.Space.KindCount} techniques";
            }
        }
    }

    private static IEnumerable<(string Field, MergeGenome Genome)> Genomes(Checkpoint checkpoint) =>
    [
        .. checkpoint.Search.Population.Select((member, index) => ($"search.population[{index}]", member.Genome)),
        .. checkpoint.Search.PendingBatch.Select((candidate, index) => ($"search.pending_batch[{index}]", candidate.Genome)),
        .. checkpoint.Search.Archive.Select((member, index) => ($"search.archive[{index}]", member.Genome)),
        .. checkpoint.Search.Best is { } best ? [("search.best", best.Genome)] : Array.Empty<(string, MergeGenome)>(),
        .. checkpoint.Finalists.Select((finalist, index) => ($"finalists[{index}]", finalist.Genome)),
    ];

    private static IEnumerable<string> Misfits(string field, MergeGenome genome, MergeGenomeSpace space)
    {
        if (!space.Techniques.Contains(genome.Technique))
        {
            yield return $"{field}.genome.technique is {genome.Technique}, which the job does not list";
        }

        if (genome.Genes.Length != space.Layout.Count)
        {
            yield return $"{field}.genome.genes has {genome.Genes.Length} numbers; the job's genomes have {space.Layout.Count}";
        }

        var (layers, bounds) = (genome.Layers, space.Layers);
        if (layers.Length < bounds.Min || layers.Length > bounds.Max)
        {
            yield return $"{field}.genome.layers has {layers.Length} layers; the job allows {bounds.Min} to {bounds.Max}";
        }

        for (var place = 0; place < layers.Length; place++)
        {
            var (model, layer) = (layers[place].Model, layers[place].Layer);
            if (model < 0 || model >= space.Layout.DonorCount || layer < 0 || layer >= bounds.ParentCount)
            {
                yield return $"{field}.genome.layers[{place}] is layer {layer} of model {model}; "
                    + $"there are models 0 to {space.Layout.DonorCount - 1} with layers 0 to {bounds.ParentCount - 1}";
            }
        }
    }

    /// <summary>A failed member ranks behind all others.</summary>
    private static double Rank(double? fitness) => fitness ?? double.NegativeInfinity;

    private static string Said(double? fitness) => fitness?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}

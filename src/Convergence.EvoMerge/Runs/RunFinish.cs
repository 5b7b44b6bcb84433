using Convergence.EvoMerge.Configuration.Parsing;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.HandOff;
using Convergence.EvoMerge.Results;
using Convergence.Merging;
using Convergence.Tensors;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// What comes after the search. The best candidates of the search split are scored on the validation split, and the best there is the champion:
/// the maximum of many noisy scores is too high, a second look at a few is not. Champion, parents and plain average then meet the test split, once.
/// </summary>
internal sealed class RunFinish(
    RunSetup setup,
    EvaluatorPool pool,
    BatchEvaluator batch,
    ParentScoring parents,
    SearchProgress search,
    RunNotes notes,
    IProgress<RunEvent> progress)
{
    /// <summary>Finds and tests the champion and writes the output directory.</summary>
    public RunSummary Conclude(StopReason reason, RunClock clock, CancellationToken cancellation)
    {
        if (search.Finalists.Count == 0)
        {
            throw new NoValidCandidateException(
                $"no candidate could be scored in {search.History.Count} generations. {notes.All.LastOrDefault() ?? "The budget was spent before the first."}");
        }

        var champion = ChooseChampion(cancellation);
        var comparison = new SplitComparison(batch.Fitness!, setup.Config.Seed);
        var test = comparison.Compare(setup.Test.Name, ScoreContestants(champion, cancellation));
        var onSearch = comparison.Describe(ScoreRecipe("champion", ContestantRole.Champion, champion, setup.Search, pool.First, cancellation));
        var recipe = setup.Recipes.ToRecipe(champion);
        var summary = new RunSummary(
            setup.Config.Name,
            reason,
            setup.Config.Seed,
            [.. setup.Config.Techniques.Select(technique => ConfigNames.Of(technique))],
            [.. search.History],
            RecipeWriter.ToYaml(recipe),
            ConfigNames.Of(champion.Technique),
            onSearch,
            test,
            search.EvaluationCount,
            search.CacheHitCount,
            clock.Elapsed.TotalSeconds,
            notes.All)
        {
            MinDiversity = setup.Config.MinDiversity,
            Merging = batch.Savings,
        };
        cancellation.ThrowIfCancellationRequested();
        Write(summary, recipe, cancellation);
        return summary;
    }

    private MergeGenome ChooseChampion(CancellationToken cancellation)
    {
        var finalists = search.Finalists;
        progress.Report(new PhaseStarted(RunPhase.Validating, finalists.Count));
        batch.MeasureNewShapes([.. finalists.Select(finalist => finalist.Genome)], cancellation);
        var fitness = new double?[finalists.Count];
        pool.Run(finalists.Count, (evaluator, item) =>
        {
            var genome = finalists[item].Genome;
            var evaluation = evaluator.Evaluate(setup.Recipes.ToRecipe(genome), setup.Validation, cancellation);
            fitness[item] = evaluation.Failure is null ? FitnessOf(evaluation, batch.CostOf(genome)) : null;
            progress.Report(new CandidateEvaluated(
                -1, ConfigNames.Of(genome.Technique), fitness[item], false, evaluation.MergeSeconds, evaluation.ScoreSeconds, evaluation.Failure));
        });

        // Of equals the better one on the search split wins: it comes first.
        var best = Enumerable.Range(0, finalists.Count).MaxBy(item => fitness[item] ?? double.NegativeInfinity);
        if (fitness[best] is null)
        {
            notes.Add("no finalist could be scored on the validation split; the best of the search split is the champion.");
        }
        else if (best != 0)
        {
            notes.Add($"the champion was number {best + 1} on the search split and number 1 on the validation split.");
        }

        return finalists[best].Genome;
    }

    private double? FitnessOf(Evaluation evaluation, ShapeCost? cost) =>
        batch.Fitness!.Of(ObjectiveValues.Of(evaluation.Results.Select(result => (result.Metric, result.Value)), cost));

    private ScoredModel[] ScoreContestants(MergeGenome champion, CancellationToken cancellation)
    {
        var models = new ScoredModel[setup.Models.All.Length + 2];
        progress.Report(new PhaseStarted(RunPhase.Testing, models.Length));
        pool.Run(models.Length, (evaluator, item) =>
        {
            cancellation.ThrowIfCancellationRequested();
            models[item] = item == 0
                ? ScoreRecipe("champion", ContestantRole.Champion, champion, setup.Test, evaluator, cancellation)
                : item <= setup.Models.All.Length
                    ? parents.ScoreOn(setup.Test, item - 1, evaluator, cancellation)
                    : ScoreAverage(evaluator, cancellation);
            progress.Report(new CandidateEvaluated(-1, models[item].Name, null, false, 0, 0, null));
        });
        return models;
    }

    private ScoredModel ScoreRecipe(
        string name, ContestantRole role, MergeGenome genome, SplitTasks split, ModelEvaluator evaluator, CancellationToken cancellation) =>
        Score(name, role, setup.Recipes.ToRecipe(genome), batch.CostOf(genome), split, evaluator, cancellation);

    private ScoredModel ScoreAverage(ModelEvaluator evaluator, CancellationToken cancellation)
    {
        DType? outDType = setup.Config.MixedPrecision ? null : DType.F32;
        var recipe = RunModels.Average(setup.Models.Specialists) with { OutDType = outDType };

        // The average has the specialists' shape, and so their cost.
        return Score(
            "plain average", ContestantRole.PlainAverage, recipe, batch.CostOfParent(setup.Models.Specialists[0]), setup.Test, evaluator, cancellation);
    }

    private static ScoredModel Score(
        string name, ContestantRole role, MergeRecipe recipe, ShapeCost? cost, SplitTasks split, ModelEvaluator evaluator, CancellationToken cancellation)
    {
        var evaluation = evaluator.Evaluate(recipe, split, cancellation);
        return evaluation.Failure is null
            ? new ScoredModel(name, role, evaluation.Results, cost)
            : throw new ConvergenceException($"the {name} cannot be scored on the {split.Name} split: {evaluation.Failure}");
    }

    private void Write(RunSummary summary, MergeRecipe recipe, CancellationToken cancellation)
    {
        progress.Report(new PhaseStarted(RunPhase.Writing, 0));
        var plan = MergePlanner.Plan(recipe, pool.First.Parents);
        pool.First.Execute(plan, cancellation);
        HandOffWriter.Write(setup.Config.Out, summary, plan, pool.First.Weights, setup.Identity.Configuration);
    }
}

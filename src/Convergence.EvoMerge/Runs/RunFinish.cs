using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.HandOff;
using Convergence.EvoMerge.Results;
using Convergence.Foundation.Text;
using Convergence.Merging;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// What comes after the search. The best candidates of the search split are scored on the validation split, and the best there is the
/// champion: the maximum of many noisy scores is too high, a second look at a few is not. Champion, parents, plain average and the best
/// starting recipe then meet the test split, once.
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
                "no candidate could be scored "
                + $"in {search.History.Count} generations. {notes.All.LastOrDefault() ?? "The budget was spent before the first."}");
        }

        var champion = ChooseChampion(cancellation);
        var summary = Summarize(reason, champion, clock, cancellation);
        cancellation.ThrowIfCancellationRequested();
        Write(summary, setup.Recipes.ToRecipe(champion), cancellation);
        return summary;
    }

    private RunSummary Summarize(StopReason reason, MergeGenome champion, RunClock clock, CancellationToken cancellation)
    {
        var start = StartingRecipe.Best(setup, batch, cancellation);
        var scoring = new ContestantScoring(setup, pool, batch, parents, progress);
        var comparison = new SplitComparison(batch.Fitness!, setup.Config.Seed);
        var test = comparison.Compare(setup.Test.Name, scoring.OnTest(champion, start, cancellation));
        var onSearch = comparison.Describe(scoring.OnSearch(champion, cancellation));
        return new RunSummary(
            setup.Config.Name,
            reason,
            setup.Config.Seed,
            [.. setup.Config.Techniques.Select(technique => EnumNames.Of(technique))],
            [.. search.History],
            RecipeWriter.ToYaml(setup.Recipes.ToRecipe(champion)),
            setup.Space.NameOf(champion),
            onSearch,
            test,
            search.EvaluationCount,
            search.CacheHitCount,
            clock.Elapsed.TotalSeconds,
            notes.All)
        {
            StartingTechnique = start is null ? null : setup.Space.NameOf(start),
            MinDiversity = setup.Config.MinDiversity,
            Merging = batch.Savings,
        };
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
                -1, setup.Space.NameOf(genome), fitness[item], false,
                evaluation.MergeSeconds, evaluation.ScoreSeconds, evaluation.Failure));
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

    private void Write(RunSummary summary, MergeRecipe recipe, CancellationToken cancellation)
    {
        progress.Report(new PhaseStarted(RunPhase.Writing, 0));
        var plan = MergePlanner.Plan(recipe, pool.First.Parents);
        pool.First.Execute(plan, cancellation);
        HandOffWriter.Write(setup.Config.Out, summary, plan, pool.First.Weights, setup.Identity.Configuration, cancellation);
    }
}

using Convergence.EvoMerge.Configuration;
using Convergence.EvoMerge.Fitness;
using Convergence.EvoMerge.Fitness.Evaluation;
using Convergence.EvoMerge.Genomes;
using Convergence.EvoMerge.Results;
using Convergence.Merging;

namespace Convergence.EvoMerge.Runs;

/// <summary>
/// Scores the models that the report compares: the champion, the parents, the plain average and the best starting recipe.
/// </summary>
internal sealed class ContestantScoring(
    RunSetup setup, EvaluatorPool pool, BatchEvaluator batch, ParentScoring parents, IProgress<RunEvent> progress)
{
    /// <summary>All of them on the test split, the champion first.</summary>
    /// <param name="champion">The champion.</param>
    /// <param name="start">The best starting recipe; <see langword="null"/> for none.</param>
    /// <param name="cancellation">Ends the scoring.</param>
    /// <exception cref="ConvergenceException">One of them cannot be scored.</exception>
    public ScoredModel[] OnTest(MergeGenome champion, MergeGenome? start, CancellationToken cancellation)
    {
        List<Func<ModelEvaluator, ScoredModel>> contestants =
        [
            evaluator => Champion(champion, setup.Test, evaluator, cancellation),
            .. Enumerable.Range(0, setup.Models.All.Length).Select<int, Func<ModelEvaluator, ScoredModel>>(parent =>
                evaluator => parents.ScoreOn(setup.Test, parent, evaluator, cancellation)),
            evaluator => PlainAverage(evaluator, cancellation),
        ];
        if (start is not null)
        {
            contestants.Add(
                evaluator => Genome("best starting recipe", ContestantRole.StartingRecipe, start, setup.Test, evaluator, cancellation));
        }

        var models = new ScoredModel[contestants.Count];
        progress.Report(new PhaseStarted(RunPhase.Testing, models.Length));
        pool.Run(models.Length, (evaluator, item) =>
        {
            cancellation.ThrowIfCancellationRequested();
            models[item] = contestants[item](evaluator);
            progress.Report(new CandidateEvaluated(-1, models[item].Name, null, false, 0, 0, null));
        });
        return models;
    }

    /// <summary>The champion on the search split.</summary>
    public ScoredModel OnSearch(MergeGenome champion, CancellationToken cancellation) =>
        Champion(champion, setup.Search, pool.First, cancellation);

    private ScoredModel Champion(MergeGenome genome, SplitTasks split, ModelEvaluator evaluator, CancellationToken cancellation) =>
        Genome("champion", ContestantRole.Champion, genome, split, evaluator, cancellation);

    private ScoredModel Genome(
        string name, ContestantRole role, MergeGenome genome, SplitTasks split, ModelEvaluator evaluator, CancellationToken cancellation) =>
        Score(name, role, setup.Recipes.ToRecipe(genome), batch.CostOf(genome), split, evaluator, cancellation);

    private ScoredModel PlainAverage(ModelEvaluator evaluator, CancellationToken cancellation)
    {
        var recipe = RunModels.Average(setup.Models.Specialists) with { OutDType = setup.Config.MixedPrecision.StoredType() };

        // The average has the specialists' shape, and so their cost.
        return Score(
            "plain average", ContestantRole.PlainAverage, recipe,
            batch.CostOfParent(setup.Models.Specialists[0]), setup.Test, evaluator, cancellation);
    }

    private static ScoredModel Score(
        string name, ContestantRole role, MergeRecipe recipe, ShapeCost? cost,
        SplitTasks split, ModelEvaluator evaluator, CancellationToken cancellation)
    {
        var evaluation = evaluator.Evaluate(recipe, split, cancellation);
        return evaluation.Failure is null
            ? new ScoredModel(name, role, evaluation.Results, cost)
            : throw new ConvergenceException($"the {name} cannot be scored on the {split.Name} split: {evaluation.Failure}");
    }
}

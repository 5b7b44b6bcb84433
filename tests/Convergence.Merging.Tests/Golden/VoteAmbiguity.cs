namespace Convergence.Merging.Tests.Golden;

/// <summary>
/// Where a trimmed and voted merge has several right answers: at elements whose magnitude is exactly that of a cut (which of the equals
/// are kept is a convention) and where the votes cancel but for rounding.
/// </summary>
internal sealed class VoteAmbiguity
{
    private const double CancelsBelow = 1e-6;

    private readonly double[][] _deltas;
    private readonly bool[] _result;

    private VoteAmbiguity(MergeTask task, ParentModels parents)
    {
        _result = new bool[task.Shape.ElementCount];
        var origin = Values(parents, task.Base!);

        // Rounded to float32: what is compared with a cut.
        _deltas =
        [
            .. task.Inputs.Select(input => Values(parents, input).Zip(origin, (value, start) => (double)(float)(value - start)).ToArray()),
        ];
    }

    /// <summary>One flag per element; all false for methods that do not choose elements.</summary>
    public static bool[] Of(MergeTask task, ParentModels parents)
    {
        switch (task.Operation)
        {
            case TiesMerge ties:
                var trimmed = new VoteAmbiguity(task, parents);
                return trimmed.Vote(ties.Weights, trimmed.Keep(ties.Densities));
            case DareMerge { ElectSign: true } dare:
                var dropped = new VoteAmbiguity(task, parents);
                return dropped.Vote(dare.Weights, dropped.Keep(dare.Densities));
            case DellaMerge { ElectSign: true } della:
                var sampled = new VoteAmbiguity(task, parents);
                return sampled.Vote(della.Weights, sampled.Keep(della.Densities));
            case BreadcrumbsMerge crumbs:
                return new VoteAmbiguity(task, parents).Breadcrumbs(crumbs);
            case SelectCalculateEraseMerge sce:
                return new VoteAmbiguity(task, parents).Spread(sce.SelectTopK);
            default:
                return new bool[task.Shape.ElementCount];
        }
    }

    private bool[] Breadcrumbs(BreadcrumbsMerge crumbs)
    {
        var count = _result.Length;
        var outliers = crumbs.Gammas.Select((gamma, model) =>
            Math.Min((int)(gamma * count), count - (int)TiesMerge.KeepCount(crumbs.Densities[model], count))).ToArray();
        var inner = Keep([.. outliers]);
        var outer = Keep([.. outliers.Select((number, model) => number + (int)TiesMerge.KeepCount(crumbs.Densities[model], count))]);
        return crumbs.ElectSign ? Vote(crumbs.Weights, (model, element) => outer(model, element) && !inner(model, element)) : _result;
    }

    private bool[] Spread(double share)
    {
        var spreads = Enumerable.Range(0, _result.Length).Select(element =>
        {
            var mean = _deltas.Average(delta => delta[element]);
            return (float)Math.Sqrt(_deltas.Average(delta => (delta[element] - mean) * (delta[element] - mean)));
        }).ToArray();

        var kept = share < 1 ? (int)(share * spreads.Count(spread => spread > 0)) : spreads.Length;
        var cut = share < 1 ? spreads.OrderDescending().ElementAtOrDefault(kept - 1) : 0;

        // Which of the equals at the cut stay changes the energies, and through them every element.
        if (spreads.Count(spread => spread >= cut * (1 - CancelsBelow)) != kept)
        {
            Array.Fill(_result, true);
        }

        return Vote(Enumerable.Repeat(1.0, _deltas.Length), (_, element) => spreads[element] >= cut);
    }

    private Func<int, int, bool> Keep(IEnumerable<double> densities) =>
        Keep([.. densities.Select(density => (int)TiesMerge.KeepCount(density, _result.Length))]);

    // Which elements are among so many largest; those exactly at the cut are marked.
    private Func<int, int, bool> Keep(int[] counts)
    {
        var cuts = _deltas.Select((delta, model) =>
        {
            var sorted = delta.Select(Math.Abs).OrderDescending().ToArray();
            return counts[model] == 0 ? double.PositiveInfinity : sorted[counts[model] - 1];
        }).ToArray();
        for (var model = 0; model < cuts.Length; model++)
        {
            // A cut that divides no equals leaves no choice.
            var isDivided = counts[model] > 0 && _deltas[model].Count(delta => Math.Abs(delta) >= cuts[model]) > counts[model];
            for (var element = 0; element < _result.Length; element++)
            {
                _result[element] |= isDivided && Math.Abs(_deltas[model][element]) == cuts[model];
            }
        }

        return (model, element) => Math.Abs(_deltas[model][element]) >= cuts[model];
    }

    private bool[] Vote(IEnumerable<double> weights, Func<int, int, bool> keeps)
    {
        var factors = weights.ToArray();
        for (var element = 0; element < _result.Length; element++)
        {
            var votes = _deltas.Select((delta, model) => keeps(model, element) ? factors[model] * delta[element] : 0).ToArray();
            var size = votes.Sum(Math.Abs);
            _result[element] |= size > 0 && Math.Abs(votes.Sum()) <= CancelsBelow * size;
        }

        return _result;
    }

    private static double[] Values(ParentModels parents, TensorInput input) =>
        Array.ConvertAll(MemoryModels.Values(parents.Get(input.Model).Weights, input.Tensor), value => (double)value);
}

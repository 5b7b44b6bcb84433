using Convergence.Evolution.Randomness;
using Convergence.Evolution.Spaces;
using MathNet.Numerics.Distributions;

namespace Convergence.Bench.Search;

/// <summary>Problems that are like a test function but not the same, as an API's next optimization is like its last.</summary>
internal static class RelatedFunctions
{
    /// <summary>
    /// The function moved along every ordered parameter by a normal share of its range; of unordered ones, the choices trade places now and
    /// then.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="deviation">The deviation of the move, as a share of the range; also the probability of a trade.</param>
    /// <param name="seed">Any value.</param>
    public static TestFunction Variant(TestFunction function, double deviation, ulong seed)
    {
        var random = new SearchRandom(seed);
        var parameters = function.Space.Parameters;
        double[] moves =
        [
            .. parameters.Select(parameter => parameter.IsOrdered ? Normal.Sample(random, 0, deviation)
                : random.NextBoolean(deviation) ? 1.0 / parameter.Cardinality!.Value
                : 0),
        ];
        return function with { Loss = configuration => function.Loss(Moved(function.Space, configuration, moves)) };
    }

    private static Configuration Moved(SearchSpace space, Configuration configuration, double[] moves) =>
        space.FromUnit([.. space.ToUnit(configuration).Zip(moves, (place, move) => place + move).Select((place, index) =>
            space.Parameters[index].IsOrdered ? Math.Clamp(place, 0, 1) : place - Math.Floor(place))]);
}

using Convergence.Evolution.Spaces;

namespace Convergence.Bench.Search;

/// <summary>
/// The functions of the table <c>search</c>, in the order in which it shows them; tools/bench/optuna_search.py has the same.
/// </summary>
internal static class TestFunctions
{
    private static readonly double[] HartmannShares = [1.0, 1.2, 3.0, 3.2];

    private static readonly double[][] Hartmann3Scales = [[3, 10, 30], [0.1, 10, 35], [3, 10, 30], [0.1, 10, 35]];

    private static readonly double[][] Hartmann3Centers =
        [[0.3689, 0.1170, 0.2673], [0.4699, 0.4387, 0.7470], [0.1091, 0.8732, 0.5547], [0.0381, 0.5743, 0.8828]];

    private static readonly double[][] Hartmann6Scales =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] Hartmann6Centers =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    public static IReadOnlyList<TestFunction> All { get; } =
    [
        Numeric("branin2", [(-5, 10), (0, 15)], Branin, 0.39788735772973816),
        Numeric(
            "hartmann3", [.. Enumerable.Repeat((0.0, 1.0), 3)], x => Hartmann(x, Hartmann3Scales, Hartmann3Centers), -3.862779787332660),
        Numeric(
            "hartmann6", [.. Enumerable.Repeat((0.0, 1.0), 6)], x => Hartmann(x, Hartmann6Scales, Hartmann6Centers), -3.322368011391339),
        Numeric("ackley4", [.. Enumerable.Repeat((-32.768, 32.768), 4)], Ackley, 0),
        Numeric("levy5", [.. Enumerable.Repeat((-10.0, 10.0), 5)], Levy, 0),
        Numeric("rosenbrock4", [.. Enumerable.Repeat((-5.0, 10.0), 4)], Rosenbrock, 0),
        Numeric(
            "rastrigin4", [.. Enumerable.Repeat((-5.12, 5.12), 4)], x => x.Sum(v => (v * v) - (10 * Math.Cos(2 * Math.PI * v)) + 10), 0),
        Numeric("griewank4", [.. Enumerable.Repeat((-600.0, 600.0), 4)], Griewank, 0),
        Numeric("styblinski4", [.. Enumerable.Repeat((-5.0, 5.0), 4)], x =>
            x.Sum(v => (v * v * v * v) - (16 * v * v) + (5 * v)) / 2, -39.16616570377142 * 4),
        Numeric("sphere6", [.. Enumerable.Repeat((-1.0, 1.0), 6)], x => x.Sum(v => (v - 0.37) * (v - 0.37)), 0),
        LanguageModelSettings.Function,
    ];

    private static TestFunction Numeric(string name, (double Low, double High)[] bounds, Func<double[], double> loss, double minimum) =>
        new(
            name,
            new SearchSpace(bounds.Select((bound, index) => new FloatParameter($"x{index}", bound.Low, bound.High))),
            configuration => loss([.. configuration.Codes]),
            minimum);

    private static double Branin(double[] x)
    {
        var bend = x[1] - (5.1 / (4 * Math.PI * Math.PI) * x[0] * x[0]) + (5 / Math.PI * x[0]) - 6;
        return (bend * bend) + (10 * (1 - (1 / (8 * Math.PI))) * Math.Cos(x[0])) + 10;
    }

    private static double Hartmann(double[] x, double[][] scales, double[][] centers)
    {
        var sum = 0.0;
        for (var peak = 0; peak < HartmannShares.Length; peak++)
        {
            var exponent = 0.0;
            for (var i = 0; i < x.Length; i++)
            {
                exponent += scales[peak][i] * (x[i] - centers[peak][i]) * (x[i] - centers[peak][i]);
            }

            sum -= HartmannShares[peak] * Math.Exp(-exponent);
        }

        return sum;
    }

    private static double Ackley(double[] x) =>
        (-20 * Math.Exp(-0.2 * Math.Sqrt(x.Average(v => v * v)))) - Math.Exp(x.Average(v => Math.Cos(2 * Math.PI * v))) + 20 + Math.E;

    private static double Levy(double[] x)
    {
        double[] w = [.. x.Select(v => 1 + ((v - 1) / 4))];
        var (first, last) = (Math.Sin(Math.PI * w[0]), Math.Sin(2 * Math.PI * w[^1]));
        var middle = w[..^1].Sum(v => (v - 1) * (v - 1) * (1 + (10 * Math.Sin((Math.PI * v) + 1) * Math.Sin((Math.PI * v) + 1))));
        return (first * first) + middle + ((w[^1] - 1) * (w[^1] - 1) * (1 + (last * last)));
    }

    private static double Rosenbrock(double[] x) =>
        x.Zip(x.Skip(1), (a, b) => (100 * (b - (a * a)) * (b - (a * a))) + ((1 - a) * (1 - a))).Sum();

    private static double Griewank(double[] x)
    {
        var product = 1.0;
        for (var i = 0; i < x.Length; i++)
        {
            product *= Math.Cos(x[i] / Math.Sqrt(i + 1));
        }

        return 1 + (x.Sum(v => v * v) / 4000) - product;
    }
}

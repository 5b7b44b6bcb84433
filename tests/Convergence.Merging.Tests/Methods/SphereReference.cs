namespace Convergence.Merging.Tests.Methods;

/// <summary>The methods on the sphere written down plainly, on the vectors themselves, in float64.</summary>
internal static class SphereReference
{
    /// <summary>nuslerp of one vector; linear where the directions are opposed.</summary>
    public static double[] NuSlerp(double[] x0, double[] x1, double t)
    {
        var cosine = Math.Clamp(Dot(x0, x1) / (Math.Max(Norm(x0), 1e-7) * Math.Max(Norm(x1), 1e-7)), -1, 1);
        var theta = Math.Acos(cosine);
        return cosine < NuSlerpMerge.OpposedCosine || Math.Sin(theta) < 1e-8
            ? Sum((1 - t, x0), (t, x1))
            : Sum((Math.Sin((1 - t) * theta) / Math.Sin(theta), x0), (Math.Sin(t * theta) / Math.Sin(theta), x1));
    }

    /// <summary>The Karcher mean by its definition, on unit vectors.</summary>
    public static double[] Karcher(double[][] models, int maxIterations = 10, double tolerance = 1e-5)
    {
        var units = models.Where(model => Norm(model) > tolerance).Select(model => Scale(model, 1 / Norm(model))).ToArray();
        if (units.Length == 0)
        {
            return new double[models[0].Length];
        }

        var mean = Sum([.. units.Select(unit => (1.0 / units.Length, unit))]);
        var u = Norm(mean) < tolerance ? units[0] : Scale(mean, 1 / Norm(mean));
        for (var iteration = 0; iteration < maxIterations; iteration++)
        {
            var logarithms = units.Select(unit => Logarithm(u, unit, tolerance)).ToArray();
            var tangent = Scale(Sum([.. logarithms.Select(logarithm => (1.0, logarithm))]), 1.0 / units.Length);
            var angle = Norm(tangent);
            if (angle < tolerance)
            {
                break;
            }

            u = Sum((Math.Cos(angle), u), (Math.Sin(angle) / angle, tangent));
            u = Scale(u, 1 / Norm(u));
        }

        return Scale(u, models.Average(Norm));
    }

    public static double Norm(double[] x) => Math.Sqrt(Dot(x, x));

    public static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();

    private static double[] Logarithm(double[] u, double[] unit, double tolerance)
    {
        var cosine = Math.Clamp(Dot(u, unit), -1, 1);
        var theta = Math.Acos(cosine);
        return theta < tolerance || theta > Math.PI - tolerance
            ? new double[u.Length]
            : Scale(Sum((1, unit), (-cosine, u)), theta / Math.Sin(theta));
    }

    private static double[] Scale(double[] x, double factor) => Array.ConvertAll(x, value => factor * value);

    private static double[] Sum(params (double Factor, double[] Vector)[] terms) =>
        [.. Enumerable.Range(0, terms[0].Vector.Length).Select(index => terms.Sum(term => term.Factor * term.Vector[index]))];
}

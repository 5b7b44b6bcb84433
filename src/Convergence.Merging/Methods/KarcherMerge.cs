using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// Karcher mean (Karcher 1977, "Riemannian center of mass and mollifier smoothing", Comm. Pure Appl. Math. 30(5)):
/// the point u of the unit sphere with the least sum of squared angles to the models' directions u_i = w_i/|w_i|,
/// times the models' mean length.
/// From u = the normalised mean of the u_i, each iteration takes the mean T of the logarithms
/// log_u(u_i) = theta_i/sin(theta_i) (u_i - cos(theta_i) u), where cos(theta_i) = u.u_i, stops when |T| is below <c>tol</c> and otherwise
/// follows T: u becomes cos|T| u + sin|T| T/|T|. At most <c>max_iter</c> iterations; out = (mean of |w_i|) u. All models count equally.
/// u stays a combination of the models, u = sum_i c_i w_i, so the iteration runs on the coefficients c and the models' Gram matrix:
/// the models are read twice, whatever the number of iterations.
/// Models not longer than <c>tol</c> have no direction and count by their length alone. A direction opposed to u (theta within <c>tol</c>
/// of pi) has no logarithm, as every way round is equally short: it is left out of that iteration, where mergekit divides by sin(pi).
/// </summary>
/// <param name="MaxIterations">At least 0.</param>
/// <param name="Tolerance">In radians.</param>
public sealed record KarcherMerge(int MaxIterations, double Tolerance) : TensorMerge
{
    private const int MostIterations = 10_000;

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Karcher,
        NeedsBase: false,
        [
            new ParameterDefinition("max_iter", ParameterKind.Number, PerModel: false)
            {
                Default = 10.0,
                Minimum = 0,
                Maximum = MostIterations,
            },
            new ParameterDefinition("tol", ParameterKind.Number, PerModel: false) { Default = 1e-5, Minimum = 0, Maximum = 1 },
        ],
        Resolve)
    {
        MergesBase = true,
    };

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var gram = context.Vectors;
        var coefficients = Mean(gram);
        var meanNorm = 0.0;
        for (var model = 0; model < gram.Count; model++)
        {
            meanNorm += gram.Norm(model) / gram.Count;
        }

        for (var model = 0; model < coefficients.Length; model++)
        {
            coefficients[model] *= meanNorm;
        }

        return new VectorStep(coefficients, VectorLayout.Whole(context.Inputs[0].Shape));
    }

    // The coefficients c of the mean direction u = sum_i c_i w_i; all 0 when no model has a direction.
    private double[] Mean(GramMatrix gram)
    {
        var models = Enumerable.Range(0, gram.Count).Where(model => gram.Norm(model) > Tolerance).ToArray();
        var u = new double[gram.Count];
        if (models.Length == 0)
        {
            return u;
        }

        foreach (var model in models)
        {
            u[model] = 1 / (models.Length * gram.Norm(model));
        }

        if (gram.AccurateLength(u) < Tolerance)
        {
            Array.Clear(u);
            u[models[0]] = 1;
        }

        Normalize(gram, u);
        var tangent = new double[gram.Count];
        for (var iteration = 0; iteration < MaxIterations; iteration++)
        {
            Tangent(gram, models, u, tangent);
            var angle = gram.Length(tangent);
            if (angle < Tolerance || angle == 0)
            {
                break;
            }

            Follow(u, tangent, angle);
            Normalize(gram, u);
        }

        return u;
    }

    // The mean of the logarithms at u, as coefficients.
    private void Tangent(GramMatrix gram, int[] models, double[] u, double[] tangent)
    {
        Array.Clear(tangent);
        foreach (var model in models)
        {
            var norm = gram.Norm(model);
            var cosine = Math.Clamp(gram.Dot(model, u) / norm, -1, 1);
            var theta = Math.Acos(cosine);
            if (theta < Tolerance || theta == 0 || theta > Math.PI - Math.Max(Tolerance, 1e-7))
            {
                continue;
            }

            var share = theta / Math.Sin(theta) / models.Length;
            for (var other = 0; other < u.Length; other++)
            {
                tangent[other] -= share * cosine * u[other];
            }

            tangent[model] += share / norm;
        }
    }

    private static void Follow(double[] u, double[] tangent, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle);
        for (var model = 0; model < u.Length; model++)
        {
            u[model] = (cosine * u[model]) + (sine / angle * tangent[model]);
        }
    }

    private static void Normalize(GramMatrix gram, double[] u)
    {
        var length = gram.AccurateLength(u);
        for (var model = 0; model < u.Length; model++)
        {
            u[model] /= length;
        }
    }

    private static KarcherMerge Resolve(ParameterScope scope)
    {
        var iterations = scope.Number("max_iter");
        return iterations == Math.Floor(iterations)
            ? new KarcherMerge((int)iterations, scope.Number("tol"))
            : throw new RecipeException(FormattableString.Invariant(
                $"karcher: \"max_iter\" for tensor {scope.TensorName} is {iterations}; it counts iterations, so give a whole number."));
    }
}

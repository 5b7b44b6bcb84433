using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// SCE: Select, Calculate and Erase (Wan et al. 2024, FuseChat, arXiv 2408.07990) on task vectors d_i = w_i - b, tensor by tensor.
/// Select: of the places where the models differ, the share <c>select_topk</c> with the largest variance over them stays, for all models
/// alike; among equals the lower index; at least one. A share of 1 keeps every place, those where the models agree, too.
/// Calculate: a_i = sum d_i^2 / sum_j sum d_j^2 over the places that stay; equal a_i when all d are zero.
/// Erase: the sign s of sum_i d_i wins at each place, plus for zero, and out = b + sum a_i d_i / sum a_i over the models with
/// sign(d_i) = s. The models' influence comes from their energies alone: there is no weight.
/// </summary>
/// <param name="SelectTopK">The share of places, in [0, 1].</param>
public sealed record SelectCalculateEraseMerge(double SelectTopK) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Sce,
        NeedsBase: true,
        [
            new ParameterDefinition("select_topk", ParameterKind.Number, PerModel: false) { Default = 1.0, Minimum = 0, Maximum = 1 },
            ParameterDefinition.Int8Mask,
        ],
        scope => new SelectCalculateEraseMerge(scope.Number("select_topk")));

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var cut = Cut(context);
        return new SpreadStep(Shares(context, cut), cut);
    }

    /// <summary>What keeps the places that stay.</summary>
    internal MagnitudeCut Cut(TensorMergeContext context) =>
        SelectTopK == 1 ? MagnitudeCut.KeepAll : context.Kernels.SelectSpread(context.Inputs, SelectTopK);

    /// <summary>The a_i, one per model, over the places that the cut keeps.</summary>
    internal static double[] Shares(TensorMergeContext context, MagnitudeCut cut)
    {
        var shares = new double[context.Inputs.Length];
        context.Kernels.SpreadEnergies(context.Base, context.Inputs, cut, shares);
        var sum = shares.Sum();
        for (var model = 0; model < shares.Length; model++)
        {
            shares[model] = sum > 0 ? shares[model] / sum : 1.0 / shares.Length;
        }

        return shares;
    }
}

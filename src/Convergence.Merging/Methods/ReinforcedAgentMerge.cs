using Convergence.Tensors.Devices;

namespace Convergence.Merging;

/// <summary>
/// RAM: Reinforced Agent Merging (Yuan et al. 2026, arXiv 2601.13572) on task vectors d_i = w_i - b, which reinforcement learning
/// leaves sparse. With m_i = [|d_i| &gt; epsilon] and c = sum_i m_i at each place: where c &gt; 1, out = b + sum_i m_i d_i / c;
/// where one model i is alone, out = b + l_i d_i; where none changes anything, out = b. ram: l_i = 1. ramplus_tl, tensor by tensor:
/// l_i = 1 + r min(shared_i / alone_i, alpha), shared_i and alone_i the places that model i changes together with others and alone.
/// There is no weight.
/// </summary>
/// <param name="Epsilon">The size up to which a change counts as none, at least 0.</param>
/// <param name="R">r; 0 is plain RAM.</param>
/// <param name="Alpha">The largest ratio that counts, at least 0.</param>
public sealed record ReinforcedAgentMerge(double Epsilon, double R, double Alpha) : TensorMerge
{
    private static readonly ParameterDefinition EpsilonParameter =
        new("epsilon", ParameterKind.Number, PerModel: false) { Default = 1e-5, Minimum = 0 };

    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Ram,
        NeedsBase: true,
        [EpsilonParameter],
        scope => new ReinforcedAgentMerge(scope.Number("epsilon"), R: 0, Alpha: 0));

    internal static MergeMethodDefinition PlusDefinition { get; } = new(
        MergeMethod.RamPlus,
        NeedsBase: true,
        [
            EpsilonParameter,
            new ParameterDefinition("r", ParameterKind.Number, PerModel: false) { Default = 0.1 },
            new ParameterDefinition("alpha", ParameterKind.Number, PerModel: false) { Default = 0.2, Minimum = 0 },
        ],
        scope => new ReinforcedAgentMerge(scope.Number("epsilon"), scope.Number("r"), scope.Number("alpha")));

    internal override MergeStep Prepare(TensorMergeContext context)
    {
        var factors = new double[context.Inputs.Length];
        Array.Fill(factors, 1);
        if (R != 0)
        {
            var counts = new OverlapCounts[factors.Length];
            context.Kernels.CountOverlaps(context.Base, context.Inputs, Epsilon, counts);
            factors = Array.ConvertAll(counts, Factor);
        }

        return new OverlapStep(factors, Epsilon);
    }

    // A model that changes nothing alone has no use for its factor.
    private double Factor(OverlapCounts counts) =>
        counts.Alone == 0 ? 1 : 1 + (R * Math.Min((double)counts.Shared / counts.Alone, Alpha));
}

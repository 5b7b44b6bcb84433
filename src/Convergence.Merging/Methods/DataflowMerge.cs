namespace Convergence.Merging;

/// <summary>
/// Data-flow-space merging (Akiba et al. 2024, arXiv 2403.13187, section 3.2, Sakana's "DFS"):
/// tokens flow along a path of layers taken from several models, and what flows into the t-th layer is scaled by W_t = <c>scale</c>,
/// the paper's W_ij for the step from layer i to layer j. The layers themselves stay as they are. Not to be confused with <c>dfs</c>,
/// Deep Feature Selection. The scales fold into the weights, so that the result is an ordinary checkpoint.
/// A block reads the residual stream h through a norm and adds to it: h_t = W_t h_(t-1) + f_t(norm(W_t h_(t-1))).
/// With c_t = W_1 .. W_t and g_t = h_t/c_t this is g_t = g_(t-1) + f_t(norm(c_t g_(t-1)))/c_t, and norm(c g) = norm(g) for c above 0.
/// So the matrices through which the t-th layer's attention and MLP write to the stream are divided by c_t, biases too,
/// and nothing else changes: the final norm removes the last c_t. Exact but for the norms' epsilon, which acts as epsilon/c_t^2,
/// and the rounding of the divided weights to their stored type (none for powers of two).
/// Embeddings, final norm and head come from <c>base_model</c>, or else from the path's first model.
/// </summary>
/// <param name="ResidualGain">c_t where the tensor writes to the residual stream; 1 for all others.</param>
public sealed record DataflowMerge(double ResidualGain) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Dataflow,
        NeedsBase: false,
        [
            new ParameterDefinition("scale", ParameterKind.Number, PerModel: true)
            {
                Default = 1.0, Minimum = 0, MinimumIsOpen = true, Maximum = 1e6,
            },
        ],
        Resolve)
    {
        IsOrdered = true,
        NeedsSlices = true,
    };

    internal override MergeStep Prepare(TensorMergeContext context) =>
        ResidualGain == 1 ? CopyStep.Instance : new CombineStep([1 / ResidualGain]);

    private static DataflowMerge Resolve(ParameterScope scope) => scope.Models.Length == 1
        ? new DataflowMerge(ResidualWriters.Contains(scope.TensorName) ? scope.ResidualGain : 1)
        : throw new RecipeException(
            $"dataflow takes each layer from exactly one model, but tensor {scope.TensorName} has {scope.Models.Length}: "
            + "give every slice one source.");
}

namespace Convergence.Merging;

/// <summary>
/// Takes a tensor as it is: out = scale w. With slices this is a frankenmerge: whole layers from different models, so the
/// attention and the MLP of a layer stay together, and the output may be deeper or shallower than its parents.
/// Tensors that are not floats (index tables, masks) pass through under every method.
/// </summary>
/// <param name="Scale">The factor; 1 leaves the values as they are.</param>
public sealed record PassthroughMerge(double Scale) : TensorMerge
{
    internal static MergeMethodDefinition Definition { get; } = new(
        MergeMethod.Passthrough,
        NeedsBase: false,
        [new ParameterDefinition("scale", ParameterKind.Number, PerModel: true) { Default = 1.0 }],
        Resolve)
    {
        IsOrdered = true,
    };

    internal static PassthroughMerge Unchanged { get; } = new(1);

    internal override MergeStep Prepare(TensorMergeContext context) =>
        Scale == 1 ? CopyStep.Instance : new CombineStep([Scale]);

    private static PassthroughMerge Resolve(ParameterScope scope) => scope.Models.Length == 1
        ? new PassthroughMerge(scope.Numbers("scale")[0])
        : throw new RecipeException(
            $"passthrough takes each tensor from exactly one model, but tensor {scope.TensorName} has {scope.Models.Length}: "
            + "give every slice one source, or use a method that merges, such as linear.");
}

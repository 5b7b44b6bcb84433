namespace Convergence.Merging;

/// <summary>
/// The operation that makes one tensor from others: a merge method with its numbers resolved for this tensor. There is one
/// derived type per method, which states the method's formula.
/// </summary>
public abstract record TensorMerge
{
    private protected TensorMerge()
    {
    }

    internal abstract void Run(TensorMergeContext context);
}

namespace Convergence.Tensors.Devices;

/// <summary>
/// A weight matrix in the layout that its device multiplies fastest, made by <see cref="TransformerKernels.Pack"/>: of one model, or a
/// stack of them, the same matrix of several models.
/// </summary>
public abstract class PackedMatrix : IDisposable
{
    protected PackedMatrix(int outputCount, int inputCount, int memberCount)
    {
        OutputCount = outputCount;
        InputCount = inputCount;
        MemberCount = memberCount;
    }

    /// <summary>Columns of the product: output features.</summary>
    public int OutputCount { get; }

    /// <summary>Rows of the product's right factor: input features.</summary>
    public int InputCount { get; }

    /// <summary>Matrices of the stack; 1 for one alone.</summary>
    public int MemberCount { get; }

    /// <summary>A view of neighbouring matrices of the stack; it owns nothing.</summary>
    public PackedMatrix Members(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MemberCount - first);
        return View(first, count);
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A view of members that are there.</summary>
    protected abstract PackedMatrix View(int first, int count);

    protected abstract void Dispose(bool disposing);
}

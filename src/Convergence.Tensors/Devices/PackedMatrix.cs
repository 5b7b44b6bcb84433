namespace Convergence.Tensors.Devices;

/// <summary>A weight matrix in the layout that its device multiplies fastest, made by <see cref="TransformerKernels.Pack"/>.</summary>
public abstract class PackedMatrix : IDisposable
{
    protected PackedMatrix(int outputCount, int inputCount)
    {
        OutputCount = outputCount;
        InputCount = inputCount;
    }

    /// <summary>Columns of the product: output features.</summary>
    public int OutputCount { get; }

    /// <summary>Rows of the product's right factor: input features.</summary>
    public int InputCount { get; }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

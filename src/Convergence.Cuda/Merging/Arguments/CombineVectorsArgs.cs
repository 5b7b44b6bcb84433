using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Weights for every row or column.</summary>
/// <remarks>Laid out as <c>CombineVectorsArgs</c> of <c>merge_combine.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct CombineVectorsArgs
{
    public MergeTensors Tensors;
    public ulong Weights;
    public long RowLength;
    public long WeightStride;
    public int AreColumns;
    public int Reserved;
}

using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>How what masks leave is joined.</summary>
/// <remarks>Laid out as <c>SparseJoin</c> of <c>votes.cuh</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SparseJoin
{
    public InputArray<double> Weights;
    public InputArray<double> Votes;
    public InputArray<double> Sums;
    public double Lambda;
    public int ElectSign;
    public int Normalize;
    public int ZeroIsNegative;
    public int Reserved;
}

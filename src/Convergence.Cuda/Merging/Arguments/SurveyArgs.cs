using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where a survey is kept.</summary>
/// <remarks>Laid out as <c>SurveyArgs</c> of <c>merge_survey.cu</c>, which says more.</remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SurveyArgs
{
    public MergeTensors Tensors;
    public ulong Sums;
    public ulong Counts;
    public double LargeBound;
    public int SumCount;
    public int Reserved;
}

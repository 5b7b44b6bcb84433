using System.Runtime.InteropServices;

namespace Convergence.Cuda.Merging.Arguments;

/// <summary>Where a survey is kept. Laid out as <c>SurveyArgs</c> of <c>merge_survey.cu</c>, which says more.</summary>
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

namespace Convergence.EvoMerge.Results.Reports.Charts;

/// <summary>Marks that differ in outline, so that they can be told apart without their colour.</summary>
internal enum MarkerShape
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Ring,
}

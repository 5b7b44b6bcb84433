namespace Convergence.Reporting;

/// <summary>Marks that differ in outline, so that they can be told apart without their colour.</summary>
public enum MarkerShape
{
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
    Ring,
}

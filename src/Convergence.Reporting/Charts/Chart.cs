namespace Convergence.Reporting;

/// <summary>A finished chart.</summary>
/// <param name="Name">The file name without extension: <c>fitness</c>.</param>
/// <param name="Canvas">The drawing.</param>
/// <param name="Caption">A sentence on how to read it.</param>
public sealed record Chart(string Name, SvgCanvas Canvas, string Caption);

using System.Globalization;

namespace Convergence.GpuBench.Checks;

/// <summary>One thing that was compared with the CPU device.</summary>
/// <param name="Name">What: an operator, a kernel, a model's logits.</param>
/// <param name="Inputs">On what.</param>
/// <param name="Difference">The largest that was found; NaN where only one side is a number, or where it threw.</param>
/// <param name="Tolerance">The largest that is right.</param>
/// <param name="Unit">What both are counted in.</param>
/// <param name="Remark">Where it was found, or what was thrown.</param>
internal sealed record CheckResult(string Name, string Inputs, double Difference, double Tolerance, string Unit, string Remark = "")
{
    public const string Ulps = "units in the last place";
    public const string OfLargest = "of the largest";

    public bool Passes => Difference <= Tolerance;

    public static string Number(double value) => value.ToString("G3", CultureInfo.InvariantCulture);
}

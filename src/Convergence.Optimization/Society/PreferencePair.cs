namespace Convergence.Optimization.Society;

/// <summary>Two answers that a model wrote itself, one to be good and one to fail, and how the judge graded them in both orders.</summary>
/// <param name="TestCaseId">The case that they answer.</param>
/// <param name="Good">Written to be good.</param>
/// <param name="Bad">Written to fail.</param>
/// <param name="GoodFirst">Grades of the good and the bad one, the good one standing first; from 0 to 1.</param>
/// <param name="BadFirst">Grades of the good and the bad one, the bad one standing first.</param>
internal sealed record PreferencePair(
    string TestCaseId, string Good, string Bad, (double Good, double Bad) GoodFirst, (double Good, double Bad) BadFirst)
{
    /// <summary>Whether the judge preferred the same one in both orders.</summary>
    public bool IsConsistent => Math.Sign(GoodFirst.Good - GoodFirst.Bad) == Math.Sign(BadFirst.Good - BadFirst.Bad);

    /// <summary>Whether it preferred the good one on the mean.</summary>
    public bool IsRight => Margin > 0;

    /// <summary>By how much it preferred the good one on the mean of both orders.</summary>
    public double Margin => ((GoodFirst.Good - GoodFirst.Bad) + (BadFirst.Good - BadFirst.Bad)) / 2;
}

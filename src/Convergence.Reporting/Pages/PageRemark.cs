namespace Convergence.Reporting;

/// <summary>A remark on a page.</summary>
/// <param name="Grade">How grave it is, from 0 (all is well) to 3; sets the badge's colour.</param>
/// <param name="Badge">The badge's word.</param>
/// <param name="Topic">What it is about.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do about it, or <see langword="null"/>.</param>
public sealed record PageRemark(int Grade, string Badge, string Topic, string Text, string? Advice = null);

namespace Convergence.Merging.Diagnosis;

/// <summary>One thing that an examination found out.</summary>
/// <param name="Topic">What it is about, one of <see cref="FindingTopic"/>.</param>
/// <param name="Level">How grave it is.</param>
/// <param name="Text">What was found, with names and numbers.</param>
/// <param name="Cure">What to do about it; <see langword="null"/> when nothing has to be done.</param>
public sealed record Finding(string Topic, FindingLevel Level, string Text, string? Cure = null);

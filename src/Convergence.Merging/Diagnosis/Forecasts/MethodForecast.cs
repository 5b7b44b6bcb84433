namespace Convergence.Merging.Diagnosis;

/// <summary>What a merge method will do on the examined models.</summary>
/// <param name="Method">The name that recipes use, several with commas.</param>
/// <param name="Outlook">In a word.</param>
/// <param name="Reason">Why, with numbers.</param>
public sealed record MethodForecast(string Method, MethodOutlook Outlook, string Reason);

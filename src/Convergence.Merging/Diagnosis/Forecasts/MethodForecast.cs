namespace Convergence.Merging.Diagnosis;

/// <summary>What a merge method will do on the examined models.</summary>
/// <param name="Method">The name that recipes use, several with commas.</param>
/// <param name="Outlook">In a word.</param>
/// <param name="Reason">Why, with numbers.</param>
public sealed record MethodForecast(string Method, MethodOutlook Outlook, string Reason)
{
    /// <summary>For methods that work on what models changed, where none changed anything.</summary>
    internal static MethodForecast NothingChanged(string method, bool isOneModel = false) =>
        new(method, MethodOutlook.Degenerate, isOneModel ? "The model does not differ from the base." : "No model differs from the base.");
}

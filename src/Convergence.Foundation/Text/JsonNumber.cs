namespace Convergence.Foundation.Text;

/// <summary>Numbers as JSON can hold them: it has no NaN and no infinity.</summary>
public static class JsonNumber
{
    /// <summary>The number, or <see langword="null"/> for one that is missing, NaN or infinite.</summary>
    public static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}

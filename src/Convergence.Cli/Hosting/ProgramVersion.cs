namespace Convergence.Cli.Hosting;

/// <summary>The program's version.</summary>
internal static class ProgramVersion
{
    /// <summary>For example <c>0.1.0</c>.</summary>
    public static string Text => typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
}

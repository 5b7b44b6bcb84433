namespace Convergence.Cli.Hosting;

/// <summary>Paths as a person in the working directory would write them.</summary>
internal static class WorkingPath
{
    /// <summary>Relative to the working directory where the path lies in it, else as it is.</summary>
    public static string Of(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);
        return Path.IsPathRooted(relative) || relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}

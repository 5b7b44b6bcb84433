using Convergence.Foundation.Files;

namespace Convergence.Merging;

/// <summary>
/// Keeps what is written apart from what is read: an output inside a parent's folder would be published, copied and deleted with it, and a
/// parent inside the output would be mistaken for a part of the result.
/// </summary>
public static class OutputPlace
{
    /// <summary>
    /// Refuses an output directory that lies in a parent's or its adapter's, is one, or would hold one. Links are followed.
    /// </summary>
    /// <param name="directory">The directory to be made.</param>
    /// <param name="parents">Opens the models.</param>
    /// <param name="names">The models that are read; those in memory stand in nobody's way.</param>
    /// <exception cref="ConvergenceException">They overlap.</exception>
    public static void Refuse(string directory, ParentModels parents, IEnumerable<string> names)
    {
        foreach (var model in names.Select(parents.Get))
        {
            string?[] places = [model.Directory?.Path, model.Adapter?.Path];
            foreach (var place in places.OfType<string>())
            {
                Refuse(directory, model.Name, place);
            }
        }
    }

    private static void Refuse(string directory, string model, string place)
    {
        var output = Path.GetFullPath(directory);
        if (RealPath.IsWithin(output, place))
        {
            throw new ConvergenceException(
                $"{output}: lies inside the folder of the parent {model} ({place}), which is only read. Choose an output directory "
                + "elsewhere, for example "
                + $"{Path.Combine(Path.GetDirectoryName(place) ?? place, Path.GetFileName(Path.TrimEndingDirectorySeparator(output)))}.");
        }

        if (RealPath.IsWithin(place, output))
        {
            throw new ConvergenceException(
                $"{output}: would hold the folder of the parent {model} ({place}), which is only read. Choose an output directory "
                + "elsewhere.");
        }
    }
}

using System.Globalization;
using System.Text;

namespace Convergence.Reporting;

/// <summary>
/// A drawing that becomes SVG, in pixels with y downwards. All looks come from the classes of <see cref="ChartStyle"/>, so one
/// drawing serves light and dark pages.
/// </summary>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
/// <param name="title">What a screen reader says for the picture.</param>
public sealed class SvgCanvas(double width, double height, string title)
{
    private readonly StringBuilder _body = new();

    /// <summary>Height in pixels.</summary>
    public double Height { get; } = height;

    /// <summary>A straight line. Like every element it is left out where a coordinate is no finite number.</summary>
    public void Line(double x1, double y1, double x2, double y2, string classes) =>
        Append($"<line x1=\"{x1:0.##}\" y1=\"{y1:0.##}\" x2=\"{x2:0.##}\" y2=\"{y2:0.##}\" class=\"{classes}\"/>");

    public void Rectangle(double x, double y, double rectangleWidth, double rectangleHeight, string classes, string? tooltip = null)
    {
        var rest = $"class=\"{classes}\"" + (tooltip is null ? "/>" : $"><title>{Markup.Escape(tooltip)}</title></rect>");
        Append($"<rect x=\"{x:0.##}\" y=\"{y:0.##}\" width=\"{rectangleWidth:0.##}\" height=\"{rectangleHeight:0.##}\" {rest}");
    }

    /// <summary>A line through the points; one that is no number leaves a gap, one between two gaps is a dot.</summary>
    public void Polyline(IEnumerable<(double X, double Y)> points, string classes)
    {
        var data = new StringBuilder();
        var length = 0;
        foreach (var (x, y) in points)
        {
            if (double.IsFinite(x) && double.IsFinite(y))
            {
                data.Append(CultureInfo.InvariantCulture, $"{(length > 0 ? 'L' : 'M')}{x:0.##} {y:0.##}");
                length++;
            }
            else
            {
                EndRun();
            }
        }

        EndRun();
        if (data.Length > 0)
        {
            Append($"<path d=\"{data}\" class=\"{classes}\"/>");
        }

        void EndRun()
        {
            // A stroke of no length shows as its round caps.
            data.Append(length == 1 ? "h0" : "");
            length = 0;
        }
    }

    /// <summary>The closed area through the points.</summary>
    public void Polygon(IEnumerable<(double X, double Y)> points, string classes)
    {
        var data = string.Join(
            ' ', points.Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))
                .Select(point => $"{Markup.Number(point.X)},{Markup.Number(point.Y)}"));
        Append($"<polygon points=\"{data}\" class=\"{classes}\"/>");
    }

    public void Marker(MarkerShape shape, double x, double y, double radius, string classes, string? tooltip = null)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return;
        }

        var tip = tooltip is null ? string.Empty : $"<title>{Markup.Escape(tooltip)}</title>";
        var r = radius;
        var data = shape switch
        {
            MarkerShape.Square => Path(x, y, [(-.85 * r, -.85 * r), (.85 * r, -.85 * r), (.85 * r, .85 * r), (-.85 * r, .85 * r)]),
            MarkerShape.Triangle => Path(x, y, [(0, -1.1 * r), (1.05 * r, .8 * r), (-1.05 * r, .8 * r)]),
            MarkerShape.Diamond => Path(x, y, [(0, -1.2 * r), (1.2 * r, 0), (0, 1.2 * r), (-1.2 * r, 0)]),
            MarkerShape.Cross => CrossPath(x, y, .38 * r, 1.1 * r),
            _ => null,
        };
        var extra = shape == MarkerShape.Ring ? " ring" : string.Empty;
        Append(data is null
            ? $"<circle cx=\"{x:0.##}\" cy=\"{y:0.##}\" r=\"{r:0.##}\" class=\"{classes}{extra}\">{tip}</circle>"
            : (FormattableString)$"<path d=\"{data}\" class=\"{classes}\">{tip}</path>");
    }

    /// <summary>Text whose anchor (<c>start</c>, <c>middle</c>, <c>end</c>) sits at the point; turned by degrees around it.</summary>
    public void Text(double x, double y, string text, string classes = "label", string anchor = "start", double turn = 0)
    {
        var transform = turn == 0 ? string.Empty : $" transform=\"rotate({Markup.Number(turn)} {Markup.Number(x)} {Markup.Number(y)})\"";
        Append($"<text x=\"{x:0.##}\" y=\"{y:0.##}\" class=\"{classes}\" text-anchor=\"{anchor}\"{transform}>{Markup.Escape(text)}</text>");
    }

    /// <summary>For a page that carries <see cref="ChartStyle.Css"/> itself.</summary>
    public string ToInline() => Open(string.Empty) + _body + "</svg>\n";

    /// <summary>A file of its own: styles and background included.</summary>
    public string ToFile() =>
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + Open(" xmlns=\"http://www.w3.org/2000/svg\"") +
        $"<style>\n{ChartStyle.Css}</style>\n<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n" + _body + "</svg>\n";

    /// <summary>About how wide a text at the label size is: enough to lay out legends without a font engine.</summary>
    public static double WidthOf(string text) => 6.9 * text.Length;

    private static string Path(double x, double y, (double X, double Y)[] corners) =>
        "M" + string.Join('L', corners.Select(corner => $"{Markup.Number(x + corner.X)} {Markup.Number(y + corner.Y)}")) + "Z";

    private static string CrossPath(double x, double y, double arm, double reach) => Path(x, y,
    [
        (-arm, -reach), (arm, -reach), (arm, -arm), (reach, -arm), (reach, arm), (arm, arm),
        (arm, reach), (-arm, reach), (-arm, arm), (-reach, arm), (-reach, -arm), (-arm, -arm),
    ]);

    private string Open(string attributes) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg{attributes} class=\"chart\" role=\"img\" viewBox=\"0 0 {width:0.##} {Height:0.##}\" width=\"{width:0.##}\" "
        + $"height=\"{Height:0.##}\">\n<title>{Markup.Escape(title)}</title>\n");

    private void Append(FormattableString element)
    {
        if (element.GetArguments().All(argument => argument is not double number || double.IsFinite(number)))
        {
            _body.Append(FormattableString.Invariant(element)).Append('\n');
        }
    }
}

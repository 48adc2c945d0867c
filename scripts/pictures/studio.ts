import type { Person, Slide } from "./people.ts";

/**
 * Stands in for camera, microphone and screen share with drawn ones. Runs in the page before its own scripts, so it
 * may use nothing from outside itself.
 */
export function installStudio({ person, slide }: { person: Person; slide: Slide }): void {
  const CAMERA = { width: 960, height: 540 };
  const SCREEN = { width: 1280, height: 720 };
  const FPS = 12;
  type Brush = CanvasRenderingContext2D;

  navigator.mediaDevices.getUserMedia = async ({ video } = {}) =>
    video ? film(CAMERA, drawPerson) : voice(person.isTalking);
  navigator.mediaDevices.getDisplayMedia = async () => film(SCREEN, drawSlide);

  function film(
    size: { width: number; height: number },
    draw: (brush: Brush, seconds: number) => void,
  ): MediaStream {
    const canvas = Object.assign(document.createElement("canvas"), size);
    const brush = canvas.getContext("2d")!;
    const paint = () => draw(brush, performance.now() / 1000);
    paint();
    setInterval(paint, 1000 / FPS);
    return canvas.captureStream(FPS);
  }

  /** Something that a level meter takes for speech, or silence. */
  function voice(isTalking: boolean): MediaStream {
    const context = new AudioContext();
    const out = context.createMediaStreamDestination();
    const level = new GainNode(context, { gain: 0 });
    const tone = new OscillatorNode(context, { type: "sawtooth", frequency: 140 });
    const mouth = new BiquadFilterNode(context, { type: "bandpass", frequency: 700, Q: 0.8 });
    tone.connect(mouth).connect(level).connect(out);
    tone.start();
    if (isTalking)
      setInterval(() => level.gain.setTargetAtTime(Math.random() * 0.6, context.currentTime, 0.05), 120);
    return out.stream;
  }

  function drawPerson(brush: Brush, seconds: number): void {
    drawRoom(brush);
    brush.save();
    brush.translate(480 + 5 * Math.sin(seconds * 0.7), 40 + 2 * Math.sin(seconds * 1.3));
    drawHairBehind(brush);
    drawBody(brush);
    drawHead(brush);
    drawFace(brush, seconds);
    drawHairInFront(brush);
    brush.restore();
  }

  function drawRoom(brush: Brush): void {
    const wall = brush.createLinearGradient(0, 0, 0, 540);
    wall.addColorStop(0, person.wall[0]);
    wall.addColorStop(1, person.wall[1]);
    fill(brush, wall, () => brush.rect(0, 0, 960, 540));
    fill(brush, "#ffffff55", () => brush.roundRect(90, 60, 190, 250, 6));
    fill(brush, "#ffffff66", () => brush.roundRect(102, 72, 78, 226, 3));
    fill(brush, "#ffffff66", () => brush.roundRect(190, 72, 78, 226, 3));
    fill(brush, "#00000022", () => brush.rect(690, 190, 220, 10));
    for (const [index, colour] of ["#14463a", "#e9a23b", "#a8231f", "#27496d", "#86a873"].entries())
      fill(brush, `${colour}aa`, () => brush.roundRect(706 + index * 24, 118 + (index % 3) * 8, 18, 72, 3));
    fill(brush, "#b96f4a", () => brush.roundRect(846, 150, 44, 40, 6));
    for (const lean of [-0.7, -0.3, 0.1, 0.5])
      fill(brush, "#3f6b4f", () =>
        brush.ellipse(868 + lean * 34, 122 - Math.abs(lean) * 4, 9, 36, lean, 0, 7),
      );
  }

  function drawBody(brush: Brush): void {
    fill(brush, person.jacket, () => {
      brush.moveTo(-250, 520);
      brush.bezierCurveTo(-240, 380, -150, 352, -64, 330);
      brush.lineTo(64, 330);
      brush.bezierCurveTo(150, 352, 240, 380, 250, 520);
    });
    fill(brush, person.shirt, () => {
      brush.moveTo(-58, 330);
      brush.lineTo(58, 330);
      brush.lineTo(0, 470);
    });
    fill(brush, person.skin, () => brush.roundRect(-42, 250, 84, 104, 40));
    fill(brush, "#00000018", () => brush.ellipse(0, 292, 42, 22, 0, 0, 7));
    fill(brush, "#ffffff1c", () => {
      brush.moveTo(-64, 330);
      brush.lineTo(-8, 478);
      brush.lineTo(-70, 420);
    });
    fill(brush, "#ffffff1c", () => {
      brush.moveTo(64, 330);
      brush.lineTo(8, 478);
      brush.lineTo(70, 420);
    });
  }

  function drawHead(brush: Brush): void {
    for (const side of [-1, 1])
      fill(brush, person.skin, () => brush.ellipse(side * 98, 186, 16, 24, 0, 0, 7));
    fill(brush, person.skin, () => {
      brush.moveTo(-98, 150);
      brush.bezierCurveTo(-98, 40, 98, 40, 98, 150);
      brush.bezierCurveTo(98, 240, 52, 292, 0, 292);
      brush.bezierCurveTo(-52, 292, -98, 240, -98, 150);
    });
  }

  function drawFace(brush: Brush, seconds: number): void {
    const isBlinking = seconds % 4.2 < 0.14;
    for (const side of [-1, 1]) {
      fill(brush, "#2b2320", () => brush.ellipse(side * 40, 172, 8, isBlinking ? 1.5 : 9, 0, 0, 7));
      stroke(brush, person.hair, 5, () =>
        brush.arc(side * 40, 168, 24, 4.0 + side * 0.15, 5.4 + side * 0.15),
      );
      fill(brush, "#d9705a33", () => brush.ellipse(side * 60, 214, 20, 13, 0, 0, 7));
      if (person.hasGlasses)
        stroke(brush, "#3a4a54", 4, () => brush.roundRect(side * 40 - 30, 148, 60, 48, 20));
    }
    if (person.hasGlasses)
      stroke(brush, "#3a4a54", 4, () => {
        brush.moveTo(-10, 168);
        brush.lineTo(10, 168);
      });
    stroke(brush, "#00000026", 4, () => brush.arc(0, 206, 12, 0.4, 2.7));
    const open = person.isTalking ? 4 + 7 * Math.abs(Math.sin(seconds * 5) * Math.sin(seconds * 1.9)) : 0;
    fill(brush, "#9c3b3b", () => {
      brush.moveTo(-28, 238);
      brush.quadraticCurveTo(0, 254 + open, 28, 238);
      brush.quadraticCurveTo(0, 250 - open / 3, -28, 238);
    });
    stroke(brush, "#9c3b3b", 4, () => {
      brush.moveTo(-30, 237);
      brush.quadraticCurveTo(0, 254, 30, 237);
    });
  }

  function drawHairBehind(brush: Brush): void {
    if (person.hairStyle === "bun") fill(brush, person.hair, () => brush.arc(0, 34, 46, 0, 7));
    else fill(brush, person.hair, () => brush.roundRect(-126, 50, 252, 250, 110));
  }

  function drawHairInFront(brush: Brush): void {
    fill(brush, person.hair, () => {
      brush.moveTo(-104, 176);
      brush.bezierCurveTo(-124, 30, 124, 30, 104, 176);
      brush.bezierCurveTo(92, 116, 60, 106, person.hairStyle === "bun" ? 10 : 40, 96);
      brush.bezierCurveTo(-30, 122, -84, 110, -104, 176);
    });
  }

  function drawSlide(brush: Brush): void {
    fill(brush, "#fffdf7", () => brush.rect(0, 0, 1280, 720));
    fill(brush, "#14463a", () => brush.rect(0, 0, 1280, 14));
    for (let stripe = 0; stripe < 16; stripe++)
      fill(brush, stripe % 2 === 0 ? "#14463a" : "#e9a23b", () =>
        brush.roundRect(stripe * 80, 8, 80, 44, [0, 0, 40, 40]),
      );
    write(brush, slide.event, { x: 84, y: 128, size: 26, colour: "#5b6b64", weight: 600 });
    write(brush, slide.title, { x: 80, y: 214, size: 74, colour: "#14241f", weight: 700 });
    for (const [index, line] of slide.lines.entries()) {
      fill(brush, "#e9a23b", () => brush.arc(96, 316 + index * 92, 9, 0, 7));
      write(brush, line, { x: 126, y: 328 + index * 92, size: 34, colour: "#14241f", weight: 500 });
    }
    for (const [index, height] of slide.bars.entries())
      fill(brush, index === slide.bars.length - 1 ? "#e9a23b" : "#14463a", () =>
        brush.roundRect(800 + index * 82, 610 - height * 310, 58, height * 310, [8, 8, 0, 0]),
      );
    stroke(brush, "#14241f", 3, () => {
      brush.moveTo(780, 611);
      brush.lineTo(1210, 611);
    });
    write(brush, slide.caption, { x: 784, y: 656, size: 26, colour: "#5b6b64", weight: 500 });
  }

  function fill(brush: Brush, style: string | CanvasGradient, path: () => void): void {
    brush.beginPath();
    path();
    brush.fillStyle = style;
    brush.fill();
  }

  function stroke(brush: Brush, style: string, width: number, path: () => void): void {
    brush.beginPath();
    path();
    Object.assign(brush, { strokeStyle: style, lineWidth: width, lineCap: "round" });
    brush.stroke();
  }

  function write(
    brush: Brush,
    text: string,
    { x, y, size, colour, weight }: { x: number; y: number; size: number; colour: string; weight: number },
  ): void {
    brush.font = `${weight} ${size}px "Inter Variable", sans-serif`;
    brush.fillStyle = colour;
    brush.fillText(text, x, y);
  }
}

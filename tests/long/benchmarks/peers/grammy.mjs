// grammY before the same Bot API: `node grammy.mjs MODULES PORT send|echo N`; prints CPU seconds and turns as JSON.
import { createRequire } from "node:module";

const [modules, port, task, people] = process.argv.slice(2);
const { Bot, InlineKeyboard } = createRequire(modules + "/")("grammy");
const count = Number(people);
const words = "Good morning. ".repeat(16);
const keyboard = new InlineKeyboard().text("One", "one").text("Two", "two");
const bot = new Bot("1000:no-token", { client: { apiRoot: `http://127.0.0.1:${port}` } });

function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function send(first, number) {
  let next = first;
  const worker = async () => {
    while (next < first + number) {
      await bot.api.sendMessage(next++, words, { parse_mode: "HTML", reply_markup: keyboard });
    }
  };
  await Promise.all(Array.from({ length: 30 }, worker));
}

function echo(number) {
  return new Promise((done) => {
    let seen = 0;
    bot.on("message:text", async (context) => {
      await context.reply(context.message.text, { reply_markup: keyboard });
      if (++seen === number) done();
    });
    bot.start();
  });
}

await send(1, 200); // warm
const before = cpu();
if (task === "send") await send(1000, count);
else await echo(count);
console.log(JSON.stringify({ cpu: cpu() - before, turns: count }));
process.exit(0);
